package io.github.dl4jx.studies.log;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * How lines of a CSV are written and read.
 *
 * @param <P> a line
 * @param header names of the columns
 * @param values the columns of a line
 * @param parse the line of some columns
 */
public record Form<P>(
    List<String> header, Function<P, List<String>> values, Function<List<String>, P> parse) {

  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  /** Files may begin with a comment, such as the commit that they were made with. */
  private static final CSVFormat COMMENTED = FORMAT.builder().setCommentMarker('#').get();

  private static final Map<Class<?>, Function<String, Object>> TYPES =
      Map.of(
          String.class, text -> text,
          boolean.class, Boolean::valueOf,
          int.class, Integer::valueOf,
          long.class, Long::valueOf,
          double.class, Double::valueOf);

  /**
   * The form of a record's lines.
   *
   * @param type the record, of texts, numbers and truth values
   * @param columns one a component: its name and, unless it is {@code %s}, its format, as in {@code
   *     "accuracy %.6f"}
   */
  public static <R extends Record> Form<R> of(Class<R> type, String... columns) {
    RecordComponent[] components = type.getRecordComponents();
    if (columns.length != components.length) {
      throw new IllegalArgumentException(
          "columns must be " + components.length + ", got " + Arrays.toString(columns));
    }
    List<String> header = new ArrayList<>();
    List<String> formats = new ArrayList<>();
    for (String column : columns) {
      int gap = column.indexOf(' ');
      header.add(gap < 0 ? column : column.substring(0, gap));
      formats.add(gap < 0 ? "%s" : column.substring(gap + 1));
    }
    return new Form<>(
        List.copyOf(header),
        line -> values(line, components, formats),
        values -> parse(type, components, values));
  }

  /** The same form, for files, too, that lack a column of numbers: they are NaN. */
  Form<P> mayLack(String column) {
    int place = header.indexOf(column);
    return new Form<>(
        header,
        values,
        line -> {
          List<String> whole = new ArrayList<>(line);
          if (line.size() == header.size() - 1) {
            whole.add(place, "NaN");
          }
          return parse.apply(whole);
        });
  }

  private static List<String> values(
      Record line, RecordComponent[] components, List<String> formats) {
    try {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < components.length; i++) {
        components[i].getAccessor().setAccessible(true); // a study's records are its own
        Object value = components[i].getAccessor().invoke(line);
        values.add(String.format(Locale.ROOT, formats.get(i), value));
      }
      return values;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + line, e);
    }
  }

  private static <R extends Record> R parse(
      Class<R> type, RecordComponent[] components, List<String> values) {
    try {
      Class<?>[] types = new Class<?>[components.length];
      Object[] arguments = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        arguments[i] = Objects.requireNonNull(TYPES.get(types[i])).apply(values.get(i));
      }
      Constructor<R> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + type.getSimpleName(), e);
    }
  }

  /** A line of the file, with its end. */
  String line(P line) {
    return text(values.apply(line));
  }

  private static String text(List<String> values) {
    return FORMAT.format(values.toArray()) + "\n";
  }

  /** A whole file. */
  String file(List<P> lines) {
    StringBuilder text = new StringBuilder(text(header));
    lines.forEach(line -> text.append(line(line)));
    return text.toString();
  }

  /**
   * Looks at a whole file, of another machine perhaps.
   *
   * @return its lines
   * @throws IOException if this form does not write such a file
   */
  List<P> check(String file) throws IOException {
    List<P> lines;
    try {
      lines = lines(file);
    } catch (RuntimeException e) {
      throw new IOException("a run must have lines of " + header + ", got " + e, e);
    }
    if (!file(lines).equals(file)) {
      throw new IOException("a run must have lines of " + header + ", and nothing else");
    }
    return lines;
  }

  /** The lines of a whole file. */
  List<P> lines(String file) throws IOException {
    List<P> lines = new ArrayList<>();
    try (CSVParser parser = CSVParser.parse(file, COMMENTED)) {
      for (CSVRecord line : parser) {
        if (line.getRecordNumber() > 1) {
          lines.add(parse.apply(line.toList()));
        }
      }
    }
    return lines;
  }
}
