package dev.oneport.transport.websocket;

/** An outgoing message that has begun but not ended. */
final class OutboundMessage {
  private final Object sender;
  private final Opcode opcode;
  private final Utf16 text = new Utf16();
  private boolean begun;
  private boolean compressed;

  /**
   * @param sender the only sender that may continue it
   */
  OutboundMessage(Object sender, Opcode opcode) {
    this.sender = sender;
    this.opcode = opcode;
  }

  Object sender() {
    return sender;
  }

  Opcode opcode() {
    return opcode;
  }

  void expect(Opcode same) {
    if (same != opcode) {
      throw new IllegalStateException("a message is either text or binary");
    }
  }

  byte[] encode(String fragment, boolean last) {
    return text.encode(fragment, last);
  }

  boolean begun() {
    return begun;
  }

  /** Begins the message, compressed or not. */
  void begin(boolean compress) {
    begun = true;
    compressed = compress;
  }

  boolean compressed() {
    return compressed;
  }
}
