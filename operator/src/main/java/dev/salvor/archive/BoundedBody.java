package dev.salvor.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.time.Duration;
import software.amazon.awssdk.core.ResponseInputStream;

/** Ends a body when it takes too long; closed early it is dropped, not read to its end. */
final class BoundedBody extends FilterInputStream {
  private final ResponseInputStream<?> body;
  private final long end;
  private boolean drained;

  BoundedBody(ResponseInputStream<?> body, Duration patience) {
    super(body);
    this.body = body;
    this.end = System.nanoTime() + patience.toNanos();
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (System.nanoTime() - end > 0)
      throw new IOException("the object store takes too long to send the object");
    var count = in.read(into, from, length);
    drained |= count < 0;
    return count;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() throws IOException {
    if (!drained) body.abort();
    else super.close();
  }
}
