package dev.oneport.transport.http1.client;

/** A response, whose content may not have arrived yet. */
public record OriginResponse(OriginHead head, ResponseContent content) {}
