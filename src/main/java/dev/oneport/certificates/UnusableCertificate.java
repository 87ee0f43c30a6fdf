package dev.oneport.certificates;

import java.io.Serial;

/** A certificate or a key cannot be used; the message says why in one line, without the file. */
public final class UnusableCertificate extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /** Which of the two files is wrong. */
  public enum Part {
    CERTIFICATE,
    KEY
  }

  private final Part part;

  UnusableCertificate(Part part, String message) {
    super(message);
    this.part = part;
  }

  public Part part() {
    return part;
  }
}
