package dev.portcullis.http.contract;

import java.util.List;

/** OpenAPI files of tests. */
public final class ContractText {
    /** The rule of each object, which refuses keys that change a prototype. */
    public static final String CLOSED =
            "\"additionalProperties\":false,\"propertyNames\":{\"not\":{\"enum\":[\"__proto__\",\"prototype\","
                    + "\"constructor\"]}}";

    private ContractText() {}

    /** A file with these paths. */
    public static String of(String... paths) {
        return "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Test\",\"version\":\"1\"},\"paths\":{"
                + String.join(",", List.of(paths))
                + "},\"components\":{\"securitySchemes\":{\"user\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
                + "\"operator\":{\"type\":\"http\",\"scheme\":\"bearer\"}},\"schemas\":{\"Note\":" + note() + "}}}";
    }

    public static ApiContract parse(String... paths) {
        return ApiContract.parse("test.json", of(paths));
    }

    /** A path with operations. */
    public static String path(String path, String... operations) {
        return "\"" + path + "\":{" + String.join(",", List.of(operations)) + "}";
    }

    /** @param more further members of the operation */
    public static String operation(String method, String id, String... more) {
        String members = more.length == 0 ? "" : "," + String.join(",", List.of(more));
        String security = members.contains("\"security\"") ? "" : ",\"security\":[]";
        return "\"" + method + "\":{\"operationId\":\"" + id + "\",\"x-portcullis-listener\":\"public\","
                + "\"responses\":{\"200\":{\"description\":\"Done.\"}}" + security + members + "}";
    }

    public static String parameters(String... all) {
        return "\"parameters\":[" + String.join(",", List.of(all)) + "]";
    }

    public static String parameter(String name, String in, boolean required, String schema) {
        return "{\"name\":\"" + name + "\",\"in\":\"" + in + "\",\"required\":" + required + ",\"schema\":" + schema
                + "}";
    }

    public static String body(String schema) {
        return "\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":" + schema + "}}}";
    }

    /** The schema of a body with text, a list, a number and an object inside. */
    public static String note() {
        return "{\"type\":\"object\",\"required\":[\"content\"],\"properties\":{"
                + "\"content\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":9000,\"pattern\":\"^\\\\P{Cs}*$\"},"
                + "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100},"
                + "\"isTyping\":{\"type\":\"boolean\"},"
                + "\"attachments\":{\"type\":\"array\",\"maxItems\":2,\"items\":{\"type\":\"object\","
                + "\"required\":[\"url\"],\"properties\":{\"url\":{\"type\":\"string\",\"pattern\":\"^[a-z]{1,8}$\"}},"
                + CLOSED + "}}},"
                + CLOSED + "}";
    }
}
