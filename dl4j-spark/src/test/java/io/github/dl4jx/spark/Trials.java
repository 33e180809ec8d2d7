package io.github.dl4jx.spark;

import io.github.dl4jx.training.jobs.Job;
import io.github.dl4jx.training.jobs.Packed;
import io.github.dl4jx.training.jobs.ResultFormat;
import io.github.dl4jx.training.jobs.Task;
import java.nio.charset.StandardCharsets;

/** A job that trains no ensemble: each trial's result is a text of its settings and the data. */
final class Trials extends Job<String, String> {

  private static final class Data implements Packed<String> {
    private static final long serialVersionUID = 1;

    private final String text;

    Data(String text) {
      this.text = text;
    }

    @Override
    public String unpack() {
      return text;
    }
  }

  private record Trial(int index) implements Task<String, String> {
    @Override
    public String run(String shared) {
      if (shared.isEmpty()) {
        throw new IllegalArgumentException("no data");
      }
      return "rate 0." + index + " on " + shared;
    }
  }

  private static final class Text implements ResultFormat<String> {
    private static final long serialVersionUID = 1;

    @Override
    public String extension() {
      return "txt";
    }

    @Override
    public byte[] write(String result) {
      return result.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String read(byte[] bytes, String name) {
      return new String(bytes, StandardCharsets.UTF_8) + ", " + name;
    }
  }

  private final String data;

  Trials(String data) {
    this.data = data;
  }

  @Override
  public String name() {
    return "Trials";
  }

  @Override
  public String unit() {
    return "trial";
  }

  @Override
  public int size() {
    return 3;
  }

  @Override
  public Task<String, String> task(int index) {
    return new Trial(index);
  }

  @Override
  public String shared() {
    return data;
  }

  @Override
  public Packed<String> packed() {
    return new Data(data);
  }

  @Override
  public ResultFormat<String> format() {
    return new Text();
  }
}
