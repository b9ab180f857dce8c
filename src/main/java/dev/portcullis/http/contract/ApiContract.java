package dev.portcullis.http.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.config.Json;
import dev.portcullis.http.contract.Operation.Listener;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * All HTTP calls of the server, as one OpenAPI file says them. The same file is served to clients, so the reference and
 * the router can't differ.
 */
public final class ApiContract {
    private static final String FILE = "openapi.json";
    private static final ApiContract PUBLISHED = parse(FILE, published(FILE));

    private final String json;
    private final List<Operation> operations;

    private ApiContract(String json, List<Operation> operations) {
        this.json = json;
        this.operations = operations;
    }

    /** The contract of this build. */
    public static ApiContract published() {
        return PUBLISHED;
    }

    /**
     * Reads the contract of this build, which otherwise happens for the first listener.
     *
     * @throws RuntimeException for a contract that the router does not implement, with its location
     */
    public static void prepare() {
        try {
            published();
        } catch (ExceptionInInitializerError failure) {
            if (failure.getCause() instanceof RuntimeException unsupported) {
                throw unsupported;
            }
            throw failure;
        }
    }

    /**
     * @param file the file name, for error messages
     * @throws UnsupportedContractException for a construct that the router does not implement
     */
    public static ApiContract parse(String file, String json) {
        try {
            Object document = Json.parseWithoutComments(json);
            if (document == null) {
                throw new UnsupportedContractException(file, "it is null");
            }
            return new ApiContract(json, ContractReader.read(file, document));
        } catch (IOException notJson) {
            throw new UnsupportedContractException(file, String.valueOf(notJson.getMessage()));
        }
    }

    public List<Operation> operations() {
        return operations;
    }

    public List<Operation> operations(Listener listener) {
        return operations.stream().filter(each -> each.listener() == listener).toList();
    }

    /** @param id the {@code operationId} */
    public Operation operation(String id) {
        return operations.stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the contract has no operation " + id));
    }

    /** The file itself. */
    public String json() {
        return json;
    }

    private static String published(String file) {
        try (InputStream in = ApiContract.class.getResourceAsStream("/dev/portcullis/http/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the build lacks " + file);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
