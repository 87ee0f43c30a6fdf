package dev.oneport.transport.calls;

import io.grpc.Metadata;
import io.grpc.StatusException;
import java.util.Optional;

/**
 * A request for a method that cannot begin as a call, because its head is invalid.
 *
 * @param told the status that the client gets
 * @param detail the reason, for operators
 * @param headers the request's metadata as far as it can be read; empty if none of it was kept
 */
public record RefusedCall(StatusException told, String detail, Optional<Metadata> headers) {}
