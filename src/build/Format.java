import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks or fixes the format of every Java file below a folder: {@code java Format.java check|fix
 * FOLDER}.
 */
final class Format {
  public static void main(String[] args) throws Exception {
    var fix = args[0].equals("fix");
    var formatter = new Formatter(JavaFormatterOptions.defaultOptions());
    List<Path> sources;
    try (var files = Files.walk(Path.of(args[1]))) {
      sources = files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
    var wrong = new ArrayList<Path>();
    for (var source : sources) {
      var text = Files.readString(source);
      var ordered =
          ImportOrderer.reorderImports(
              RemoveUnusedImports.removeUnusedImports(text), JavaFormatterOptions.Style.GOOGLE);
      var formatted = formatter.formatSource(ordered);
      if (!formatted.equals(text)) {
        wrong.add(source);
        if (fix) {
          Files.writeString(source, formatted);
        }
      }
    }
    if (!fix && !wrong.isEmpty()) {
      wrong.forEach(file -> System.err.println("not formatted: " + file));
      System.err.println("mvn process-sources -Dformat.mode=fix formats them");
      System.exit(1);
    }
  }
}
