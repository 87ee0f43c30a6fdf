/**
 * Certificates and keys as files: PEM, what is wrong with it, and a certificate for development.
 */
@NullMarked
package dev.oneport.certificates;

import org.jspecify.annotations.NullMarked;
