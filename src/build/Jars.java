import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Compares the jars that the image consists of with a checked-in list, so that a review sees each
 * one that is new: {@code java Jars.java check|fix FOLDER LIST}.
 */
public final class Jars {
  private Jars() {}

  public static void main(String[] arguments) throws IOException {
    var folder = Path.of(arguments[1]);
    var list = Path.of(arguments[2]);
    var found = new TreeSet<String>();
    try (var files = Files.list(folder)) {
      files.map(file -> file.getFileName().toString()).forEach(found::add);
    }
    if (arguments[0].equals("fix")) {
      Files.write(list, found);
      return;
    }
    var listed = new TreeSet<>(Files.readAllLines(list));
    var differences = new ArrayList<String>();
    minus(found, listed).forEach(jar -> differences.add("  new:  " + jar));
    minus(listed, found).forEach(jar -> differences.add("  gone: " + jar));
    if (!differences.isEmpty()) {
      System.err.println("the jars of the image are not those in " + list + ":");
      differences.forEach(System.err::println);
      System.err.println("if that is intended: mvn clean verify -DskipTests -Djars.mode=fix");
      System.exit(1);
    }
  }

  private static List<String> minus(TreeSet<String> all, TreeSet<String> others) {
    return all.stream().filter(jar -> !others.contains(jar)).toList();
  }
}
