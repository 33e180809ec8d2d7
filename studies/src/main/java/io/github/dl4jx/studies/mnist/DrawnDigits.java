package io.github.dl4jx.studies.mnist;

import io.github.dl4jx.studies.mnist.DigitStrokes.Way;
import io.github.dl4jx.studies.mnist.MnistFile.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Digits drawn by the program, in MNIST's file format: what is left to learn from when MNIST cannot
 * be had.
 *
 * <p>The bytes depend on the seed and the counts only. Every image has random numbers of its own,
 * so the number of threads changes nothing.
 */
final class DrawnDigits implements Source {

  static final DrawnDigits DEFAULT = new DrawnDigits(1, 60_000, 10_000);

  /** What {@link #DEFAULT} gives: a change of the generator shows here, and redraws old files. */
  static final List<MnistFile> DEFAULT_FILES =
      List.of(
          new MnistFile(
              Part.TRAIN_IMAGES,
              47_040_016,
              "883b7fdedd716694a4ef6d0c376ab1877f693ff353a5228448d908877e9801f3"),
          new MnistFile(
              Part.TRAIN_LABELS,
              60_008,
              "70416a85d5b6e544ff8958adfc1f82a658c7e0d65aa7d923ab789b48b4fc0fd7"),
          new MnistFile(
              Part.TEST_IMAGES,
              7_840_016,
              "5519f94d46f072f85ab57f309bd040431b6cc46844ecd1c510a48d64239c77d4"),
          new MnistFile(
              Part.TEST_LABELS,
              10_008,
              "4e1c735bc1c4c3f43cb7aaf8a3eeaa247418634c94adfa68a198ad19b256b668"));

  private static final int CLASSES = 10;
  private static final int PIXELS = DigitPen.SIDE * DigitPen.SIDE;

  // IDX: two zero bytes, the type (8: unsigned byte), the number of dimensions; then each of them.
  private static final int IDX_BYTES_1D = 0x0801;
  private static final int IDX_BYTES_3D = 0x0803;
  private static final int LABELS_HEADER = 2 * Integer.BYTES;
  private static final int IMAGES_HEADER = 4 * Integer.BYTES;

  // The streams of random numbers.
  private static final int TRAIN = 0;
  private static final int TEST = 1;
  private static final int SHUFFLE = 2;

  private final long seed;
  private final int trainCount;
  private final int testCount;

  /**
   * A set of digits.
   *
   * @param seed any value
   * @param trainCount number of training images, at least 0
   * @param testCount number of test images, at least 0
   */
  DrawnDigits(long seed, int trainCount, int testCount) {
    if (trainCount < 0) {
      throw new IllegalArgumentException("trainCount must be >= 0, got " + trainCount);
    }
    if (testCount < 0) {
      throw new IllegalArgumentException("testCount must be >= 0, got " + testCount);
    }
    this.seed = seed;
    this.trainCount = trainCount;
    this.testCount = testCount;
  }

  @Override
  public String name() {
    return "the generator of drawn digits, seed " + seed;
  }

  /** There is nothing behind this source: a failure is an error. */
  @Override
  public boolean required() {
    return true;
  }

  @Override
  public void write(MnistFile file, Path target) throws IOException {
    byte[] bytes = bytes(file.part());
    file.copy(new ByteArrayInputStream(bytes), target, name(), total -> {});
  }

  /** A whole file. */
  byte[] bytes(Part part) {
    return switch (part) {
      case TRAIN_IMAGES -> images(TRAIN, trainCount);
      case TRAIN_LABELS -> labelFile(TRAIN, trainCount);
      case TEST_IMAGES -> images(TEST, testCount);
      case TEST_LABELS -> labelFile(TEST, testCount);
    };
  }

  private byte[] images(int set, int count) {
    byte[] labels = labels(set, count);
    byte[] file = new byte[IMAGES_HEADER + count * PIXELS];
    ByteBuffer.wrap(file)
        .putInt(IDX_BYTES_3D)
        .putInt(count)
        .putInt(DigitPen.SIDE)
        .putInt(DigitPen.SIDE);
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i ->
                draw(
                    DigitStrokes.of(labels[i]),
                    new DigitRandom(seed, set, i),
                    file,
                    IMAGES_HEADER + i * PIXELS));
    return file;
  }

  /** Draws one of several ways, each as often. */
  static void draw(List<Way> ways, DigitRandom random, byte[] image, int offset) {
    Way way = ways.get(random.below(ways.size()));
    DigitPen pen = new DigitPen(random);
    pen.draw(new DigitHand(random).write(way, pen.thickness()), image, offset);
  }

  private byte[] labelFile(int set, int count) {
    return ByteBuffer.allocate(LABELS_HEADER + count)
        .putInt(IDX_BYTES_1D)
        .putInt(count)
        .put(labels(set, count))
        .array();
  }

  /** As many of each digit, shuffled. */
  private byte[] labels(int set, int count) {
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) (i % CLASSES);
    }
    DigitRandom random = new DigitRandom(seed, SHUFFLE, set);
    for (int i = count - 1; i > 0; i--) {
      int other = random.below(i + 1);
      byte label = labels[i];
      labels[i] = labels[other];
      labels[other] = label;
    }
    return labels;
  }
}
