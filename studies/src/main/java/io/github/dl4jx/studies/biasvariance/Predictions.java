package io.github.dl4jx.studies.biasvariance;

import io.github.dl4jx.studies.log.KeptRuns;
import io.github.dl4jx.training.network.AtomicFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The probabilities that finished runs have given, a file each: a decomposition needs those of all
 * samples at once, and an interrupted study goes on with them.
 */
final class Predictions {

  private final KeptRuns kept;

  private Predictions(KeptRuns kept) {
    this.kept = kept;
  }

  /** Those in a folder, of runs with the same settings. */
  static Predictions in(Path folder, String settings) throws IOException {
    KeptRuns kept = KeptRuns.in(folder, settings);
    Files.createDirectories(kept.path());
    return new Predictions(kept);
  }

  boolean contains(String label, long sample) {
    return Files.exists(file(label, sample));
  }

  /** The file that is kept of probabilities, of shape [examples, classes]. */
  static byte[] file(INDArray probabilities) {
    float[][] rows = probabilities.toFloatMatrix();
    ByteBuffer bytes = ByteBuffer.allocate(rows.length * rows[0].length * Float.BYTES);
    for (float[] row : rows) {
      for (float p : row) {
        bytes.putFloat(p);
      }
    }
    return bytes.array();
  }

  /** Keeps a finished run's file. */
  void keep(String label, long sample, byte[] file) throws IOException {
    AtomicFiles.write(file(label, sample), out -> out.write(file));
  }

  /** A finished run's, by example and class. */
  float[][] of(String label, long sample, int classes) throws IOException {
    FloatBuffer all = ByteBuffer.wrap(Files.readAllBytes(file(label, sample))).asFloatBuffer();
    float[][] rows = new float[all.remaining() / classes][classes];
    for (float[] row : rows) {
      all.get(row);
    }
    return rows;
  }

  /** What was made of them is elsewhere. */
  void complete() throws IOException {
    kept.complete();
  }

  private Path file(String label, long sample) {
    return kept.path().resolve(label + "-" + sample + ".floats");
  }
}
