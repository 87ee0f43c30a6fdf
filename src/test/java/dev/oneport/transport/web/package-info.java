@NullMarked
package dev.oneport.transport.web;

import org.jspecify.annotations.NullMarked;
