package io.github.dl4jx.ensembles.io;

import evil.Evil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** A graph's configuration with a foreign class in each place and in every form of a type id. */
final class HostileConfigurations {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ID_FIELDS = List.of("@class", "type");

  private HostileConfigurations() {}

  /** A graph that has something of each kind which has a type id. */
  static ComputationGraph graph() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Sgd(new FixedSchedule(0.1)))
            .activation(new ActivationTanH())
            .weightInit(new WeightInitDistribution(new NormalDistribution(0, 1)))
            .dropOut(new Dropout(0.5))
            .weightNoise(new DropConnect(0.5))
            .constrainWeights(new MaxNormConstraint(2, 1))
            .l2(0.1)
            .graphBuilder()
            .addInputs("in")
            .addLayer(
                "hidden",
                new DenseLayer.Builder().nIn(2).nOut(3).build(),
                new ComposableInputPreProcessor(
                    new FeedForwardToRnnPreProcessor(), new RnnToFeedForwardPreProcessor()),
                "in")
            .addVertex("merge", new MergeVertex(), "hidden", "in")
            .addLayer(
                "out",
                new OutputLayer.Builder(new LossMSE())
                    .nIn(5)
                    .nOut(1)
                    .activation(new ActivationTanH())
                    .build(),
                "merge")
            .setOutputs("out")
            .build();
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  /** The forms of a type id; what they do to the text is in {@link #rewrite}. */
  private enum Form {
    PROPERTY,
    PROPERTY_AT_THE_END,
    ESCAPED_PROPERTY,
    SECOND_PROPERTY,
    FIRST_OF_TWO_PROPERTIES,
    ARRAY,
    ARRAY_OF_ONE,
    ARRAY_OF_NULL,
    OBJECT,
    TYPE_PARAMETER,
    TYPE_PARAMETER_OF_A_LIST,
    CLASS_OF_ARRAYS,
    SPACE_BEHIND,
    INSIDE_AN_OBJECT,
    NO_SUBTYPE,
    OF_THE_JDK,
    NUMBER,
    NULL,
    MISSING
  }

  /** Texts by what is wrong with them. */
  static Map<String, String> all() throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    JsonNode good = JSON.readTree(graph().getConfiguration().toJson());
    List<String> places = new ArrayList<>();
    find(good, "", places);
    for (String place : places) {
      for (Form form : Form.values()) {
        JsonNode copy = good.deepCopy();
        all.put(form + " in " + place, rewrite(copy, place, form));
      }
    }
    return all;
  }

  /** The pointers of all objects that have a type id for which there is an evil class. */
  private static void find(JsonNode node, String at, List<String> places) {
    if (node.isObject() && evil(node) != null) {
      places.add(at);
    }
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(field -> find(field.getValue(), at + "/" + field.getKey(), places));
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      find(node.get(i), at + "/" + i, places);
    }
  }

  private static String idField(JsonNode node) {
    for (String field : ID_FIELDS) {
      if (node.path(field).isTextual()) {
        return field;
      }
    }
    return null;
  }

  /** The evil subclass of the class that an object names; not initialized. */
  private static String evil(JsonNode node) {
    String field = idField(node);
    if (field != null) {
      for (Class<?> type : Evil.class.getDeclaredClasses()) {
        if (type.getSuperclass().getName().equals(node.get(field).textValue())) {
          return type.getName();
        }
      }
    }
    return null;
  }

  private static String rewrite(JsonNode root, String place, Form form) throws IOException {
    ObjectNode node = (ObjectNode) root.at(place);
    String field = idField(node);
    String good = node.get(field).textValue();
    String evil = evil(node);
    JsonNode instead = null;
    String from = null;
    String to = null;
    switch (form) {
      case PROPERTY -> {
        node.put(field, evil);
      }
      case PROPERTY_AT_THE_END -> {
        node.remove(field);
        node.put(field, evil);
      }
      case ESCAPED_PROPERTY -> {
        node.put("MARK", evil);
        node.remove(field);
        from = "\"MARK\"";
        to = "\"\\u00" + Integer.toHexString(field.charAt(0)) + field.substring(1) + "\"";
      }
      case SECOND_PROPERTY -> {
        // behind the good one: the last of two is what a tree would keep
        node.put("MARK", evil);
        node.remove(field);
        from = "\"MARK\"";
        to = "\"" + field + "\":\"" + good + "\",\"" + field + "\"";
      }
      case FIRST_OF_TWO_PROPERTIES -> {
        node.put("MARK", good);
        node.remove(field);
        from = "\"MARK\"";
        to = "\"" + field + "\":\"" + evil + "\",\"" + field + "\"";
      }
      case ARRAY -> {
        node.remove(field);
        instead = JSON.createArrayNode().add(evil).add(node.deepCopy());
      }
      case ARRAY_OF_ONE -> {
        instead = JSON.createArrayNode().add(evil);
      }
      case ARRAY_OF_NULL -> {
        instead = JSON.createArrayNode().add(evil).addNull();
      }
      case OBJECT -> {
        node.remove(field);
        instead = JSON.createObjectNode().set(evil, node.deepCopy());
      }
      case TYPE_PARAMETER -> {
        node.put(field, good + "<" + evil + ">");
      }
      case TYPE_PARAMETER_OF_A_LIST -> {
        node.put(field, "java.util.ArrayList<" + evil + ">");
      }
      case CLASS_OF_ARRAYS -> {
        node.put(field, "[L" + evil + ";");
      }
      case SPACE_BEHIND -> {
        node.put(field, evil + " ");
      }
      case INSIDE_AN_OBJECT -> {
        node.set(field, JSON.createObjectNode().put(field, evil));
      }
      case NO_SUBTYPE -> {
        node.put(field, Evil.class.getName() + "$Other");
      }
      case OF_THE_JDK -> {
        node.put(field, "java.lang.ProcessBuilder");
      }
      case NUMBER -> {
        node.put(field, 7);
      }
      case NULL -> {
        node.putNull(field);
      }
      case MISSING -> {
        node.remove(field);
      }
    }
    if (instead != null) {
      replace(root, place, instead);
    }
    String text = JSON.writeValueAsString(root);
    return from == null ? text : text.replace(from, to);
  }

  private static void replace(JsonNode root, String place, JsonNode changed) {
    int cut = place.lastIndexOf('/');
    JsonNode parent = root.at(place.substring(0, cut));
    String name = place.substring(cut + 1);
    if (parent.isArray()) {
      ((ArrayNode) parent).set(Integer.parseInt(name), changed);
    } else {
      ((ObjectNode) parent).set(name, changed);
    }
  }
}
