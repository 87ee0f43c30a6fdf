package dev.oneport.cli;

import com.google.protobuf.Descriptors.MethodDescriptor;

/** Finds the description of a gRPC method. */
interface Methods {
  /**
   * The method by its name.
   *
   * @throws dev.oneport.client.CallFailed if there is none, with the name that may have been meant
   */
  MethodDescriptor find(MethodName name) throws InterruptedException;
}
