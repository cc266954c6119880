@NullMarked
package dev.salvor.kube;

import org.jspecify.annotations.NullMarked;
