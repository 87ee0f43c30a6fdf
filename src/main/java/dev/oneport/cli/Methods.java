package dev.oneport.cli;

import com.google.protobuf.Descriptors.MethodDescriptor;

/** Finds the description of a gRPC method. */
interface Methods {
  /**
   * Finds a method by its name.
   *
   * @throws dev.oneport.client.CallFailed if it is unknown, with a suggestion
   */
  MethodDescriptor find(MethodName name) throws InterruptedException;
}
