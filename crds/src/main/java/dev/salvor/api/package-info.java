/**
 * The API of Salvor: what a person writes, what the operator answers, and what it must not forget.
 * Everything here is plain data.
 */
@NullMarked
package dev.salvor.api;

import org.jspecify.annotations.NullMarked;
