package dev.oneport.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The public and protected members of classes, one per line, in a stable order. */
public final class ApiListing {
  private static final String CLASS = ".class";

  private ApiListing() {}

  /** All public classes of a package. */
  public static String ofPackageOf(Class<?> one) throws IOException, ReflectiveOperationException {
    return of(inPackage(one).toArray(Class<?>[]::new));
  }

  /** The given classes. */
  public static String of(Class<?>... classes) {
    var listing = new StringBuilder();
    Stream.of(classes)
        .filter(ApiListing::isPublic)
        .sorted(Comparator.comparing(Class::getName))
        .forEach(type -> append(listing, type));
    return listing.toString();
  }

  private static List<Class<?>> inPackage(Class<?> one)
      throws IOException, ReflectiveOperationException {
    var folder = folder(one).resolve(one.getPackageName().replace('.', '/'));
    var classes = new ArrayList<Class<?>>();
    try (var files = Files.list(folder)) {
      for (var file : files.map(path -> path.getFileName().toString()).sorted().toList()) {
        if (file.endsWith(CLASS) && !file.startsWith("package-info")) {
          var name = file.substring(0, file.length() - CLASS.length());
          classes.add(
              Class.forName(one.getPackageName() + "." + name, false, one.getClassLoader()));
        }
      }
    }
    return classes;
  }

  private static Path folder(Class<?> one) {
    try {
      return Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private static boolean isPublic(Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getEnclosingClass()) {
      if (!Modifier.isPublic(at.getModifiers())) {
        return false;
      }
    }
    return true;
  }

  private static void append(StringBuilder listing, Class<?> type) {
    listing.append(type.toGenericString()).append(" {\n");
    Stream.of(type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
        .flatMap(Arrays::stream)
        .map(Member.class::cast)
        .filter(member -> isShown(type, member))
        .map(ApiListing::line)
        .sorted()
        .forEach(line -> listing.append("  ").append(line).append('\n'));
    listing.append("}\n");
  }

  private static boolean isShown(Class<?> type, Member member) {
    var shown =
        Modifier.isPublic(member.getModifiers())
            || (Modifier.isProtected(member.getModifiers())
                && !Modifier.isFinal(type.getModifiers()));
    return shown && !member.isSynthetic();
  }

  private static String line(Member member) {
    var text =
        switch (member) {
          case Field field -> field.toGenericString();
          case Method method -> method.toGenericString();
          case Constructor<?> constructor -> constructor.toGenericString();
          default -> member.toString();
        };
    var own = member.getDeclaringClass().getTypeName() + ".";
    return deprecated((AnnotatedElement) member) + text.replace(own, "").replace("java.lang.", "");
  }

  private static String deprecated(AnnotatedElement element) {
    return element.isAnnotationPresent(Deprecated.class) ? "@Deprecated " : "";
  }
}
