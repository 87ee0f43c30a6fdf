package dev.oneport.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** One file of the page, from the jar. */
final class PageFile {
  private final String contentType;
  private final String etag;
  private final byte[] content;

  private PageFile(String name, byte[] content) {
    this.contentType = contentType(name);
    this.etag = etag(content);
    this.content = content;
  }

  static PageFile read(String name) {
    try (var in = PageFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + name);
      }
      return new PageFile(name, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String contentType() {
    return contentType;
  }

  /** Quoted, as RFC 9110 section 8.8.3 specifies. */
  String etag() {
    return etag;
  }

  /** Shared with this object; send it, do not change it. */
  byte[] content() {
    return content;
  }

  private static String contentType(String name) {
    return switch (name.substring(name.lastIndexOf('.'))) {
      case ".html" -> "text/html; charset=utf-8";
      case ".css" -> "text/css; charset=utf-8";
      case ".svg" -> "image/svg+xml";
      default -> "text/javascript; charset=utf-8";
    };
  }

  private static String etag(byte[] content) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(digest) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
