@NullMarked
package dev.oneport.transport.websocket;

import org.jspecify.annotations.NullMarked;
