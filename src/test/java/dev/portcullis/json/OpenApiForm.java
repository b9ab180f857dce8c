package dev.portcullis.json;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The form of OpenAPI 3.1, as its specification publishes it. */
public final class OpenApiForm {
    private static final String FOLDER = "openapi-3.1/";
    private static final String ROOT = "https://spec.openapis.org/oas/3.1/schema/2022-10-07";
    private static final String SCHEMA_OF_ANY_DIALECT = "\"$dynamicRef\": \"#meta\"";
    private static final String SCHEMA_OF_OPENAPI = "\"$ref\": \"https://spec.openapis.org/oas/3.1/dialect/base\"";

    private OpenApiForm() {}

    /**
     * The form of a document and of the schemas in it. OpenAPI leaves their dialect open, by a reference that the library follows
     * only to anchors that it has passed. So the dialect is written in.
     */
    public static DocumentSchema withSchemas() {
        List<JsonObject> schemas = new ArrayList<>(DocumentSchema.draft());
        for (String name : List.of("schema-2022-10-07", "dialect-base", "meta-base")) {
            schemas.add(DocumentSchema.parse(
                    DocumentSchema.read(FOLDER + name + ".json").replace(SCHEMA_OF_ANY_DIALECT, SCHEMA_OF_OPENAPI)));
        }
        return new DocumentSchema(schemas, ROOT);
    }
}
