@NullMarked
package dev.oneport.transport.grpc;

import org.jspecify.annotations.NullMarked;
