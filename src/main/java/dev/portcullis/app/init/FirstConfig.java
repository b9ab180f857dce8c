package dev.portcullis.app.init;

import dev.portcullis.app.certs.PrivateFiles;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.app.config.WritableFolders;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Json;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.config.crypto.Base64Url;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configuration that the answers ask for, and the secrets that it refers to. */
public final class FirstConfig {
    /** What a token must name as its audience. */
    public static final String AUDIENCE = "portcullis";

    private static final int SECRET_BYTES = 48;
    /** Whole numbers are of the type that a file gives. */
    private static final long OWN_TLS_PORT = 8443;

    private static final long PORT = 8080;
    private static final long ADMIN_PORT = 9090;

    private static final String FOLDER = "secrets";
    private static final String HEAD =
            "// Written by 'portcullis init'. 'portcullis config reference' explains every key.\n";

    private final Path file;
    private final Map<String, Secret> made = new LinkedHashMap<>();

    /** @param file where it will be written; its relative paths start in the folder of this file */
    public FirstConfig(Path file) {
        this.file = file.toAbsolutePath();
        SecureRandom random = new SecureRandom();
        for (String name : List.of("token", "accounts", "admin")) {
            byte[] bytes = new byte[SECRET_BYTES];
            random.nextBytes(bytes);
            made.put(name, new Secret(Base64Url.encode(bytes)));
        }
    }

    /** What is wrong with the answer to this question; empty if a node would start with it. */
    public List<String> problems(Answers answers, SetupQuestion question) {
        if (question == SetupQuestion.USE && !answers.isKnownUse()) {
            return List.of("one of try, server and cluster is needed");
        }
        if (question == SetupQuestion.USE && answers.isCluster() && !answers.namesNodes()) {
            return List.of("write the nodes' addresses behind it, without ports, this node's first:"
                    + " cluster 10.0.0.1,10.0.0.2,10.0.0.3");
        }
        if (question == SetupQuestion.TLS
                && answers.endsTlsHere()
                && answers.tlsParts().size() != 2) {
            return List.of("write 'proxy' and its addresses, or the paths of certificate and key with a comma between");
        }
        return problems(answers).stream()
                .filter(problem -> question.owns(problem.path()))
                .map(Problem::toString)
                .toList();
    }

    /** All that the reader of configurations refuses. */
    public List<Problem> problems(Answers answers) {
        ConfigReading reading = new ConfigReading(Map.of(), folder());
        Section root = Section.root(tree(answers, (name, secret) -> secret.reveal()), reading);
        NodeConfig config = NodeConfigReader.read(root);
        root.refuseUnknown();
        return reading.problems().isEmpty()
                ? WritableFolders.problems(config)
                : reading.problems().found();
    }

    /** The files that would be overwritten. */
    public List<Path> existing() {
        List<Path> all = new ArrayList<>(List.of(file));
        List.of("token", "accounts", "admin", "redis").forEach(name -> all.add(secretFile(name)));
        return all.stream().filter(Files::exists).toList();
    }

    /**
     * Writes the secrets, and at last the file that refers to them. A secret ends without a line break: a backend that takes the
     * bytes of its file as they are signs with the same.
     */
    public List<Path> write(Answers answers) throws IOException {
        Map<String, Secret> referred = new LinkedHashMap<>();
        Map<String, Object> tree = tree(answers, (name, secret) -> {
            referred.put(name, secret);
            return Map.of("$file", FOLDER + "/" + name);
        });
        List<Path> written = new ArrayList<>();
        PrivateFiles.createFolder(folder().resolve(FOLDER));
        for (Map.Entry<String, Secret> each : referred.entrySet()) {
            PrivateFiles.create(secretFile(each.getKey()), each.getValue().reveal(), PrivateFiles.PRIVATE);
            written.add(secretFile(each.getKey()));
        }
        PrivateFiles.create(file, HEAD + Json.pretty(tree) + "\n", PrivateFiles.PUBLIC);
        written.add(file);
        return List.copyOf(written);
    }

    public Path secretFile(String name) {
        return folder().resolve(FOLDER).resolve(name);
    }

    /** How a secret stands in the tree: as its text, or as a reference to its file. */
    @FunctionalInterface
    private interface SecretForm {
        Object of(String name, Secret secret);

        default Object made(FirstConfig config, String name) {
            return of(name, config.made.getOrDefault(name, new Secret("")));
        }
    }

    private Map<String, Object> tree(Answers answers, SecretForm secrets) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (answers.isTrial()) {
            tree.put("dev", true);
        }
        tree.put("http", http(answers));
        tree.put("admin", object("host", "127.0.0.1", "port", ADMIN_PORT, "apiKey", secrets.made(this, "admin")));
        tree.put("tls", tls(answers));
        tree.put(
                "origin",
                object("allowed", List.of(answers.origin()), "missing", answers.isTrial() ? "allow" : "reject"));
        identity(tree, answers, secrets);
        tree.put("rooms", Map.of("public", answers.isTrial() ? List.of("lobby") : List.of()));
        if (answers.isCluster()) {
            cluster(tree, answers, secrets);
        } else {
            tree.put("store", object("kind", "embedded", "path", answers.data() + "/store"));
            if (!answers.isTrial()) {
                tree.put("audit", Map.of("file", object("path", answers.data() + "/audit", "chain", "node")));
            }
        }
        return tree;
    }

    private static Map<String, Object> http(Answers answers) {
        if (answers.isTrial()) {
            return object("host", "127.0.0.1", "port", PORT);
        }
        if (answers.endsTlsHere()) {
            return object("host", "0.0.0.0", "port", OWN_TLS_PORT, "pages", false);
        }
        List<String> proxies = answers.tlsParts();
        boolean local = proxies.stream().allMatch(HostPort::isLoopback);
        Map<String, Object> http = object("host", local ? "127.0.0.1" : "0.0.0.0", "port", PORT);
        if (answers.isCluster()) { // a load balancer asks each node whether it takes clients
            http.put("health", true);
        }
        http.put("trustedProxies", proxies);
        http.put("pages", false);
        return http;
    }

    private static Map<String, Object> tls(Answers answers) {
        if (answers.endsTlsHere() && answers.tlsParts().size() == 2) {
            return object(
                    "required",
                    true,
                    "certificate",
                    answers.tlsParts().get(0),
                    "key",
                    answers.tlsParts().get(1));
        }
        return object("required", !answers.isTrial());
    }

    private void identity(Map<String, Object> tree, Answers answers, SecretForm secrets) {
        if (answers.hasAccounts()) {
            tree.put("accounts", object("enabled", true, "secret", secrets.made(this, "accounts")));
            return;
        }
        Map<String, Object> issuer = answers.sharesSecret()
                ? object("algorithms", List.of("HS256"), "secret", secrets.made(this, "token"), "audience", AUDIENCE)
                : object("jwks", answers.keySet(), "audience", AUDIENCE);
        tree.put("auth", Map.of("issuers", List.of(issuer)));
    }

    private static void cluster(Map<String, Object> tree, Answers answers, SecretForm secrets) {
        String own = answers.members().get(0);
        tree.put(
                "store",
                object("kind", "redis", "redis", Map.of("uri", secrets.of("redis", new Secret(answers.data())))));
        tree.put("audit", Map.of("file", object("path", "data/audit", "chain", chainOf(own))));
        tree.put(
                "cluster",
                object(
                        "enabled",
                        true,
                        "host",
                        own,
                        "members",
                        answers.members().stream().map(FirstConfig::bracketed).toList(),
                        "tls",
                        object("certificate", "tls/node.pem", "key", "tls/node-key.pem", "ca", "tls/cluster-ca.pem"),
                        "trustedNetwork",
                        true));
    }

    /** The name of a chain is that of files too, so it has no colon, and does not begin with a dot. */
    private static String chainOf(String host) {
        String name = host.replace(':', '.');
        return name.startsWith(".") ? "0" + name : name;
    }

    /** A port could follow, so an address of IPv6 stands in brackets. */
    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** In the order in which they are written. */
    private static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
            object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return object;
    }

    private Path folder() {
        Path folder = file.getParent();
        return folder == null ? file : folder;
    }
}
