package io.github.dl4jx.random;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes the raw words of a stream to standard output for ever, for batteries of tests such as
 * {@code dieharder -a -g 200}.
 *
 * <p>Arguments: seed, stream, and optionally {@code streams}: then the words are those of one block
 * of each of the streams from the given one on, as short arrays under many keys use them.
 */
final class RawWords {

  private RawWords() {}

  public static void main(String[] arguments) throws IOException {
    long seed = Long.parseLong(arguments[0]);
    long stream = Long.parseLong(arguments[1]);
    boolean manyStreams = arguments.length > 2 && arguments[2].equals("streams");
    int[] words = new int[WordStream.BLOCK];
    ByteBuffer bytes =
        ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.nativeOrder());
    WordStream one = new WordStream(seed, stream);
    OutputStream out = System.out;
    for (long i = 0; !System.out.checkError(); i++) {
      if (manyStreams) {
        new WordStream(seed, stream + i).fill(0, words);
      } else {
        one.fill(i, words);
      }
      bytes.asIntBuffer().put(words);
      out.write(bytes.array());
    }
  }
}
