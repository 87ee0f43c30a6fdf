package dev.oneport.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * About what only a service in the server's process can do, or what only its routes have: not run
 * with {@code -Doneport.test.forwarded=true}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@DisabledIfSystemProperty(named = "oneport.test.forwarded", matches = "true")
public @interface MountedOnly {}
