package dev.oneport.api;

/** The protocol of a call; the first word of a route's name. */
public enum Protocol {
  HTTP,
  GRPC,
  WS
}
