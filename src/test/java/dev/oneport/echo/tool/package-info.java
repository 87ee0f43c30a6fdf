@NullMarked
package dev.oneport.echo.tool;

import org.jspecify.annotations.NullMarked;
