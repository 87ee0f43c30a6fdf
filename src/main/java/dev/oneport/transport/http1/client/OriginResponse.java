package dev.oneport.transport.http1.client;

/** A response whose content may still arrive. */
public record OriginResponse(OriginHead head, ResponseContent content) {}
