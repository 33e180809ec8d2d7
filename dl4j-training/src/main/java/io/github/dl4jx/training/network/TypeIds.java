package io.github.dl4jx.training.network;

import java.io.IOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.databind.DatabindContext;
import org.nd4j.shade.jackson.databind.DeserializationConfig;
import org.nd4j.shade.jackson.databind.DeserializationContext;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.JavaType;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.cfg.MapperConfig;
import org.nd4j.shade.jackson.databind.deser.std.StdDeserializer;
import org.nd4j.shade.jackson.databind.exc.InvalidTypeIdException;
import org.nd4j.shade.jackson.databind.introspect.JacksonAnnotationIntrospector;
import org.nd4j.shade.jackson.databind.jsontype.NamedType;
import org.nd4j.shade.jackson.databind.jsontype.PolymorphicTypeValidator;
import org.nd4j.shade.jackson.databind.jsontype.TypeIdResolver;
import org.nd4j.shade.jackson.databind.jsontype.impl.StdTypeResolverBuilder;
import org.nd4j.shade.jackson.databind.jsontype.impl.TypeIdResolverBase;
import org.nd4j.shade.jackson.databind.module.SimpleModule;

/**
 * A Jackson mapper that looks up every type id here, whatever its form in the text: a property, the
 * first element of an array, a name with type parameters, a missing id. A class is compared with
 * the required type before it is initialized.
 *
 * <p>Deeplearning4j's own mapper is not safe: Jackson loads and initializes a class to find out
 * whether it fits; and where an id is missing or a configuration looks old, Deeplearning4j reads
 * parts of the text again with mappers that allow every class.
 */
final class TypeIds extends JacksonAnnotationIntrospector {

  private static final long serialVersionUID = 1;

  /** Decides which classes are allowed. */
  interface Finder {
    /**
     * The class of a name; null if it is not allowed.
     *
     * @throws ClassNotFoundException if there is no such class
     */
    @Nullable Class<?> find(String name) throws ClassNotFoundException;
  }

  private final transient Finder finder;

  private TypeIds(Finder finder) {
    this.finder = finder;
  }

  /** A mapper for reading configurations. */
  static ObjectMapper mapper(Finder finder) {
    ObjectMapper mapper = new ObjectMapper();
    mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false); // as Deeplearning4j
    mapper.setAnnotationIntrospector(new TypeIds(finder));
    SimpleModule module = new SimpleModule();
    module.addDeserializer(Class.class, new NoClasses());
    mapper.registerModule(module);
    return mapper;
  }

  @Override
  protected StdTypeResolverBuilder _constructStdTypeResolverBuilder() {
    return new Resolvers(finder);
  }

  private static final class Resolvers extends StdTypeResolverBuilder {

    private final Finder finder;

    Resolvers(Finder finder) {
      this.finder = finder;
    }

    @Override
    protected TypeIdResolver idResolver(
        MapperConfig<?> config,
        JavaType baseType,
        PolymorphicTypeValidator validator,
        Collection<NamedType> subtypes,
        boolean forSerialization,
        boolean forDeserialization) {
      if (_idType == JsonTypeInfo.Id.CLASS) {
        return new Resolver(baseType, finder);
      }
      if (_idType == JsonTypeInfo.Id.NAME) { // from a list in the annotations
        return super.idResolver(
            config, baseType, validator, subtypes, forSerialization, forDeserialization);
      }
      throw new IllegalArgumentException(
          "type ids must be class names or declared names, got " + _idType + " for " + baseType);
    }

    /** None: Deeplearning4j's reads text from before 1.0.0-beta with another mapper. */
    @Override
    public StdTypeResolverBuilder defaultImpl(Class<?> ignored) {
      return this;
    }

    @Override
    public StdTypeResolverBuilder withDefaultImpl(Class<?> ignored) {
      return this;
    }

    @Override
    protected @Nullable JavaType defineDefaultImpl(
        DeserializationConfig config, JavaType baseType) {
      return null;
    }
  }

  private static final class Resolver extends TypeIdResolverBase {

    private final JavaType base;
    private final Finder finder;

    Resolver(JavaType base, Finder finder) {
      this.base = base;
      this.finder = finder;
    }

    @Override
    public JavaType typeFromId(DatabindContext context, String id) throws IOException {
      String problem = "is not allowed: LoadPolicy.allowing(..) allows classes of your own";
      try {
        Class<?> type = finder.find(id);
        if (type != null && base.isTypeOrSuperTypeOf(type)) {
          return context.constructSpecializedType(base, type);
        }
        if (type != null) {
          problem = "is not a " + base.getRawClass().getName();
        }
      } catch (ClassNotFoundException | LinkageError e) {
        problem = "cannot be loaded: " + e;
      }
      @Nullable JsonParser parser =
          context instanceof DeserializationContext
              ? ((DeserializationContext) context).getParser()
              : null;
      throw InvalidTypeIdException.from(parser, "the class " + id + " " + problem, base, id);
    }

    @Override
    public JsonTypeInfo.Id getMechanism() {
      return JsonTypeInfo.Id.CLASS;
    }

    @Override
    public String idFromValue(Object value) {
      throw new UnsupportedOperationException("this mapper only reads");
    }

    @Override
    public String idFromValueAndType(Object value, Class<?> type) {
      throw new UnsupportedOperationException("this mapper only reads");
    }
  }

  /** Jackson would initialize the class that a text names. */
  private static final class NoClasses extends StdDeserializer<Class<?>> {

    private static final long serialVersionUID = 1;

    NoClasses() {
      super(Class.class);
    }

    @Override
    public Class<?> deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      throw InvalidTypeIdException.from(
          parser, "a configuration must not name a class as a value", getValueType(context), "");
    }
  }
}
