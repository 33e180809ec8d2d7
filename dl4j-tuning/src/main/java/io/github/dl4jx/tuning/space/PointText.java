package io.github.dl4jx.tuning.space;

import java.util.Iterator;
import org.nd4j.common.base.Preconditions;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Points and spaces as JSON: plain values only, nothing that names a class. */
final class PointText {

  private static final int LONGEST = 1_000_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private PointText() {}

  static String write(Point point) {
    ObjectNode values = JSON.createObjectNode();
    for (Parameter<?> parameter : point.space().parameters()) {
      Object value = point.value(parameter.index());
      if (value != null) {
        write(values, parameter, value);
      }
    }
    return values.toString();
  }

  @SuppressWarnings("unchecked") // points have values of their parameters' types
  private static <T> void write(ObjectNode to, Parameter<T> parameter, Object value) {
    parameter.domain().write(to, parameter.name(), (T) value);
  }

  static Point parse(SearchSpace space, String json) {
    Preconditions.checkArgument(
        json.length() <= LONGEST,
        "json must have at most %s characters, got %s",
        LONGEST,
        json.length());
    JsonNode values = tree(json);
    Preconditions.checkArgument(values.isObject(), "json must be an object of values, got another");
    Point.Builder point = space.point();
    for (Iterator<String> names = values.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      Parameter<?> parameter = space.find(name);
      if (parameter == null) {
        throw new IllegalArgumentException("json must have parameters of the space, got " + name);
      }
      point.setAny(parameter, parameter.domain().read(values.get(name)));
    }
    return point.build();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("json must be well-formed: " + e.getOriginalMessage(), e);
    }
  }

  static String describe(SearchSpace space) {
    ArrayNode all = JSON.createArrayNode();
    for (Parameter<?> parameter : space.parameters()) {
      ObjectNode one = all.addObject().put("name", parameter.name());
      parameter.domain().describe(one);
      Condition condition = parameter.condition();
      if (condition != null) {
        one.put("when", condition.toString());
      }
    }
    return all.toString();
  }
}
