@NullMarked
package dev.salvor.workloads;

import org.jspecify.annotations.NullMarked;
