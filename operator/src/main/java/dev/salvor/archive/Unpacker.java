package dev.salvor.archive;

import java.io.IOException;
import java.io.InputStream;

/** Undoes the compression that a key's suffix names. */
@FunctionalInterface
interface Unpacker {
  InputStream open(String key, InputStream raw) throws IOException;
}
