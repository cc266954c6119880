@NullMarked
package dev.salvor.testkit.models;

import org.jspecify.annotations.NullMarked;
