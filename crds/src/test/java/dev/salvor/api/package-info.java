/** Generates the CRD YAML from the records, and compares it with what is checked in. */
@NullMarked
package dev.salvor.api;

import org.jspecify.annotations.NullMarked;
