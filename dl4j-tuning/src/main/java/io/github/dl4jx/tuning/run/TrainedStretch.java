package io.github.dl4jx.tuning.run;

import io.github.dl4jx.training.jobs.ResultFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What comes back of a stretch that was trained elsewhere: a checkpoint, or why there is none. */
final class TrainedStretch implements Serializable {

  private static final long serialVersionUID = 1;

  /** The names that {@code ResumableCheckpoints} gives; one from elsewhere must be no path. */
  private static final Pattern NAME = Pattern.compile("checkpoint-[0-9]{1,9}\\.zip");

  /** The name or the cause. */
  private final String text;

  /** The file; null if the trial has failed. */
  private final byte @Nullable [] checkpoint;

  private TrainedStretch(String text, byte @Nullable [] checkpoint) {
    this.text = text;
    this.checkpoint = checkpoint;
  }

  static TrainedStretch of(String file, byte[] checkpoint) {
    return new TrainedStretch(file, checkpoint);
  }

  static TrainedStretch failed(String cause) {
    return new TrainedStretch(cause, null);
  }

  boolean hasFailed() {
    return checkpoint == null;
  }

  /** Why the trial has failed, if it has. */
  String cause() {
    return text;
  }

  /** The name of the checkpoint's file. */
  String file() {
    return text;
  }

  byte[] checkpoint() {
    if (checkpoint == null) {
      throw new IllegalStateException("there is no checkpoint: " + text);
    }
    return checkpoint;
  }

  /** Whether it failed, a text, and the bytes of the file. */
  static final class Format implements ResultFormat<TrainedStretch> {

    private static final long serialVersionUID = 1;

    @Override
    public String extension() {
      return "stretch";
    }

    @Override
    public byte[] write(TrainedStretch result) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        out.writeBoolean(result.hasFailed());
        out.writeUTF(result.text);
        if (result.checkpoint != null) {
          out.write(result.checkpoint);
        }
      }
      return bytes.toByteArray();
    }

    @Override
    public TrainedStretch read(byte[] bytes, String name) throws IOException {
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
        boolean failed = in.readBoolean();
        String text = in.readUTF();
        if (failed) {
          return failed(text);
        }
        if (!NAME.matcher(text).matches()) {
          throw new IOException("the file must be a checkpoint, got " + text);
        }
        return of(text, in.readAllBytes());
      } catch (IOException e) {
        throw new IOException("what came back of " + name + " is damaged: " + e.getMessage(), e);
      }
    }
  }
}
