package io.github.dl4jx.random.internal;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.base.Preconditions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;

/**
 * Checks of arguments that many methods make: each throws an {@code IllegalArgumentException} that
 * has the argument's name, the constraint and the value.
 */
public final class Arguments {

  private Arguments() {}

  /**
   * Checks that a value is not null.
   *
   * @param name of the argument
   * @param value its value
   * @param <T> its type
   * @return the value
   */
  public static <T> T notNull(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " must not be null");
    }
    return value;
  }

  /**
   * Checks the iteration and epoch that a schedule gets.
   *
   * @param iteration number of updates so far
   * @param epoch number of epochs so far
   */
  public static void notNegative(int iteration, int epoch) {
    Preconditions.checkArgument(iteration >= 0, "iteration must be >= 0, got %s", iteration);
    Preconditions.checkArgument(epoch >= 0, "epoch must be >= 0, got %s", epoch);
  }

  /**
   * Checks that a list is not null and has no null.
   *
   * @param name of the argument
   * @param values its value
   * @param <T> type of its elements
   * @return the list
   */
  public static <T> List<T> noneNull(String name, @Nullable List<T> values) {
    List<T> list = notNull(name, values);
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) == null) { // contains(null) is refused by List.of(..)
        throw new IllegalArgumentException(name + "[" + i + "] must not be null");
      }
    }
    return list;
  }

  /**
   * Checks that an array is not null and has no null.
   *
   * @param name of the argument
   * @param values its value
   * @param <T> type of its elements
   * @return the array
   */
  public static <T> T[] noneNull(String name, T @Nullable [] values) {
    T[] array = notNull(name, values);
    noneNull(name, Arrays.asList(array));
    return array;
  }

  /**
   * Checks that an array is not null and of a floating-point type.
   *
   * @param name of the argument
   * @param array its value
   * @return the array
   */
  public static INDArray floatingPoint(String name, @Nullable INDArray array) {
    INDArray checked = notNull(name, array);
    Preconditions.checkArgument(
        checked.dataType().isFPType(),
        "%s must be of a floating-point type, got %s",
        name,
        checked.dataType());
    return checked;
  }

  /**
   * Checks that an array is of a floating-point type and has another array's shape: ND4J writes
   * beyond the end of a smaller one.
   *
   * @param name of the argument
   * @param array its value
   * @param other name of the array of the same shape
   * @param shape the other's
   * @return the array
   */
  public static INDArray ofShape(
      String name, @Nullable INDArray array, String other, long... shape) {
    INDArray checked = floatingPoint(name, array);
    Preconditions.checkArgument(
        Arrays.equals(checked.shape(), shape) && !checked.isEmpty(),
        "%s must have the shape of %s, %s, got %s",
        name,
        other,
        Arrays.toString(shape),
        checked.isEmpty() ? "an empty array" : Arrays.toString(checked.shape()));
    return checked;
  }

  /**
   * Checks that a new file can be written: its folder exists.
   *
   * @param name of the argument
   * @param file its value
   * @return the file's path
   */
  public static Path newFile(String name, @Nullable File file) {
    Path path = path(name, file).toAbsolutePath();
    Preconditions.checkArgument(
        !Files.isDirectory(path), "%s must not be a folder, got %s", name, path);
    Path folder = path.getParent();
    Preconditions.checkArgument(
        folder != null && Files.isDirectory(folder),
        "%s must be in an existing folder, got %s",
        name,
        path);
    return path;
  }

  /**
   * Checks that a file or folder has a valid name.
   *
   * @param name of the argument
   * @param file its value
   * @return the file's path
   */
  public static Path path(String name, @Nullable File file) {
    File checked = notNull(name, file);
    Preconditions.checkArgument(
        !checked.getPath().isEmpty() && checked.getPath().indexOf('\0') < 0,
        "%s must have a name without NUL, got \"%s\"",
        name,
        checked.getPath().replace('\0', '?'));
    return checked.toPath();
  }

  /**
   * Checks that a batch of an iterator has examples.
   *
   * @param name of what the batch comes from
   * @param batch a batch
   * @param <T> type of the batch
   * @return the batch
   */
  public static <T extends DataSet> T batch(String name, @Nullable T batch) {
    if (batch == null) {
      throw new IllegalArgumentException(name + " must have batches, got null");
    }
    Preconditions.checkArgument(
        batch.getFeatures() != null && !batch.getFeatures().isEmpty(),
        "%s must have features, got a batch without",
        name);
    return batch;
  }

  /**
   * Checks that a batch of an iterator has examples with labels.
   *
   * @param name of what the batch comes from
   * @param batch a batch
   * @param <T> type of the batch
   * @return the batch
   */
  public static <T extends DataSet> T labelled(String name, @Nullable T batch) {
    T checked = batch(name, batch);
    Preconditions.checkArgument(
        checked.getLabels() != null && !checked.getLabels().isEmpty(),
        "%s must have labels, got a batch without",
        name);
    return checked;
  }

  /**
   * Checks that labels are one-hot and not class indices.
   *
   * <p>Other wrong shapes are for the caller to check.
   *
   * @param labels of any shape
   * @param probabilities predictions for the same examples
   * @throws IllegalArgumentException if there is one label for each row of several classes
   */
  public static void notClassIndices(INDArray labels, INDArray probabilities) {
    Preconditions.checkArgument(
        probabilities.rank() < 2
            || probabilities.size(1) < 2
            || labels.length() * probabilities.size(1) != probabilities.length()
            || (labels.rank() == probabilities.rank() && labels.size(1) != 1),
        "labels and probabilities must have one shape, the labels one-hot, got class indices of"
            + " shape %ndShape for probabilities of shape %ndShape",
        labels,
        probabilities);
  }
}
