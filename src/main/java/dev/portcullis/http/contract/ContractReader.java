package dev.portcullis.http.contract;

import dev.portcullis.http.contract.Operation.Body;
import dev.portcullis.http.contract.Operation.HeaderClass;
import dev.portcullis.http.contract.Operation.Listener;
import dev.portcullis.http.contract.Operation.Method;
import dev.portcullis.http.contract.Operation.Parameter;
import dev.portcullis.http.contract.Operation.Parameter.In;
import dev.portcullis.http.contract.Operation.Unchecked;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the operations of an OpenAPI file (3.1). It accepts only what the router implements, in the places where it does:
 * an ignored member would be a promise that is not kept. Answers are documentation; nothing checks them.
 */
final class ContractReader {
    static final int MAX_BODY_BYTES = 10_240;

    /** Only operators send more than a client does, and only after they are admitted. */
    static final int MAX_OPERATOR_BODY_BYTES = 1 << 20;

    private static final String VERSION = "3.1.";
    private static final String JSON = "application/json";
    private static final String ANY_TYPE = "*/*";
    private static final Pattern ID = Pattern.compile("[a-z][A-Za-z0-9]*");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z][A-Za-z0-9-]*");
    private static final Pattern STATUS = Pattern.compile("[1-5][0-9]{2}|default");

    /** Their rules are in HTTP itself, and OpenAPI ignores a parameter of such a name. */
    private static final Set<String> RESERVED_HEADERS = Set.of("accept", "content-type", "authorization", "cookie");

    private final ContractSchemas schemas;
    private final Set<String> schemes;
    private final List<Operation> operations = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();

    private ContractReader(ContractSchemas schemas, Set<String> schemes) {
        this.schemas = schemas;
        this.schemes = schemes;
    }

    /** @param file the file name, for error messages */
    static List<Operation> read(String file, Object document) {
        ContractNode root = ContractNode.root(file, document);
        if (!root.required("openapi", root.text("openapi")).startsWith(VERSION)) {
            throw root.unsupported("it is not of version 3.1");
        }
        ContractNode components = root.required("components", root.object("components"));
        ContractReader reader = new ContractReader(
                new ContractSchemas(file, document, components.values("schemas")),
                components.objectsByName("securitySchemes").keySet());
        components.ignore("responses");
        components.close();
        root.objectsByName("paths").forEach(reader::path);
        root.ignore("info", "servers");
        root.close();
        return List.copyOf(reader.operations);
    }

    private void path(String text, ContractNode item) {
        PathTemplate path = PathTemplate.parse(text)
                .orElseThrow(() -> item.unsupported("it implements paths only of plain segments and {parameters}"));
        for (Operation other : operations) {
            if (path.isAmbiguousWith(other.path())) {
                throw item.unsupported("some paths match " + other.path() + " too");
            }
        }
        for (Method method : Method.values()) {
            item.object(method.name().toLowerCase(Locale.ROOT))
                    .ifPresent(operation -> operations.add(operation(operation, method, path)));
        }
        item.close();
    }

    private Operation operation(ContractNode node, Method method, PathTemplate path) {
        String id = node.required("operationId", node.text("operationId"));
        if (!ID.matcher(id).matches() || !ids.add(id)) {
            throw node.unsupported("its operationId is no name, or that of another operation");
        }
        List<Parameter> parameters =
                node.objects("parameters").stream().map(this::parameter).toList();
        Optional<ContractNode> body = node.object("requestBody");
        boolean streamed = body.map(each -> each.flag("x-portcullis-streamed")).orElse(false);
        body.filter(any -> streamed).ifPresent(ContractReader::checkStreamed);
        Operation operation = new Operation(
                id,
                node.choice("x-portcullis-listener", Listener.class),
                method,
                path,
                parameters,
                body.filter(any -> !streamed).map(this::body),
                node.choices("x-portcullis-headers", HeaderClass.class),
                node.choices("x-portcullis-unchecked", Unchecked.class),
                streamed,
                guard(node));
        checkAnswers(node);
        node.close();
        check(operation, node);
        return operation;
    }

    private static void check(Operation operation, ContractNode node) {
        List<String> inPath =
                operation.parameters(In.PATH).stream().map(Parameter::name).toList();
        Set<String> names = new HashSet<>();
        require(
                node,
                operation.parameters().stream()
                        .allMatch(
                                each -> names.add(each.in() + " " + each.name().toLowerCase(Locale.ROOT))),
                "it declares a parameter twice");
        require(node, inPath.equals(operation.path().names()), "its path has other parameters, or in another order");
        require(
                node,
                !operation.unchecked().contains(Unchecked.QUERY)
                        || operation.parameters(In.QUERY).isEmpty(),
                "its query is unchecked, but declared");
        require(
                node,
                (operation.body().isEmpty() && !operation.streamed())
                        || !(operation.method().isSafe()
                                || operation.unchecked().contains(Unchecked.BODY)),
                "its method has no body, or its body is unchecked");
        require(
                node,
                operation.listener() == Listener.PUBLIC || !operation.headers().contains(HeaderClass.CORS),
                "no page may read what operators read");
        require(
                node,
                operation.body().filter(Body::isLarge).isEmpty()
                        || (operation.listener() == Listener.ADMIN
                                && operation.guard().isPresent()),
                "a body of more than " + MAX_BODY_BYTES + " bytes is read from admitted operators only");
        require(
                node,
                operation.headers().contains(HeaderClass.CORS)
                        || !operation.headers().contains(HeaderClass.CREDENTIALS),
                "it admits cookies of pages that may not read its answers");
    }

    private Parameter parameter(ContractNode node) {
        String name = node.required("name", node.text("name"));
        In in = node.choice("in", In.class);
        boolean required = node.flag("required");
        InputSchema schema = schemas.ofParameter(node.pointer("schema"), node.value("schema"));
        node.close();
        require(node, in != In.PATH || required, "a parameter in the path is required");
        require(
                node,
                in != In.HEADER
                        || (HEADER.matcher(name).matches()
                                && !RESERVED_HEADERS.contains(name.toLowerCase(Locale.ROOT))),
                "this header can't be a parameter");
        return new Parameter(name, in, required, schema);
    }

    private Body body(ContractNode node) {
        boolean required = node.flag("required");
        long max = node.integer("x-portcullis-max-bytes").orElse((long) MAX_BODY_BYTES);
        require(
                node,
                max > 0 && max <= MAX_OPERATOR_BODY_BYTES,
                "it implements bodies of at most " + MAX_OPERATOR_BODY_BYTES + " bytes");
        ContractNode content = node.required("content", node.object("content"));
        ContractNode json = content.required(JSON, content.object(JSON));
        InputSchema schema = schemas.ofBody(json.pointer("schema"), json.value("schema"));
        json.close();
        content.close();
        node.close();
        return new Body(schema, (int) max, required);
    }

    /** Nothing of such a body can be declared: its handler judges it. */
    private static void checkStreamed(ContractNode body) {
        require(body, body.flag("required"), "it implements streamed bodies only where they are required");
        ContractNode content = body.required("content", body.object("content"));
        content.required(ANY_TYPE, content.object(ANY_TYPE)).close();
        content.close();
        body.close();
    }

    /** An operation that forgets to say who may call it would be open to all (CWE-862). */
    private Optional<String> guard(ContractNode node) {
        require(node, node.names().contains("security"), "it does not say who may call it");
        List<ContractNode> alternatives = node.objects("security");
        if (alternatives.isEmpty()
                || alternatives.stream().anyMatch(each -> each.names().isEmpty())) {
            return Optional.empty();
        }
        require(node, alternatives.size() == 1, "it implements one security requirement only");
        Set<String> names = alternatives.get(0).names();
        require(node, names.size() == 1 && schemes.containsAll(names), "it implements one known security scheme only");
        return names.stream().findFirst();
    }

    private static void checkAnswers(ContractNode node) {
        Set<String> statuses = node.objectsByName("responses").keySet();
        boolean known = statuses.stream().allMatch(each -> STATUS.matcher(each).matches());
        require(node, !statuses.isEmpty() && known, "it does not say how it answers");
    }

    private static void require(ContractNode node, boolean met, String message) {
        if (!met) {
            throw node.unsupported(message);
        }
    }
}
