package dev.oneport.api;

/** How a call comes in; the first word of a route's name. */
public enum Protocol {
  HTTP,
  GRPC,
  WS
}
