package dev.portcullis.app.init;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The answers so far. */
public record Answers(Map<SetupQuestion, String> given) {
    private static final String TRY = "try";
    private static final String SERVER = "server";
    private static final String CLUSTER = "cluster";
    private static final Pattern WITH_PORT = Pattern.compile("[^:]*:[0-9]+");
    private static final String SECRET = "secret";
    private static final String ACCOUNTS = "accounts";
    private static final String PROXY = "proxy ";
    private static final String LOCAL_PROXY = PROXY + "127.0.0.1";
    private static final String LOCAL_REDIS = "redis://127.0.0.1:6379";

    public static final Answers NONE = new Answers(Map.of());

    public Answers {
        given = Map.copyOf(given);
    }

    public Answers with(SetupQuestion question, String answer) {
        Map<SetupQuestion, String> more = new EnumMap<>(SetupQuestion.class);
        more.putAll(given);
        more.put(question, answer.strip());
        return new Answers(more);
    }

    /** Whether this is a question at all after these answers: nothing but this machine reaches a trial. */
    public boolean needs(SetupQuestion question) {
        return question != SetupQuestion.TLS || !isTrial();
    }

    /** What an empty answer to it means; empty if there must be one. */
    public Optional<String> standard(SetupQuestion question) {
        return switch (question) {
            case USE -> Optional.of(SERVER);
            case ORIGIN -> isTrial() ? Optional.of("http://localhost:*") : Optional.empty();
            case TOKENS -> Optional.of(SECRET);
            case TLS -> Optional.of(LOCAL_PROXY);
            case DATA -> Optional.of(isCluster() ? LOCAL_REDIS : "data");
        };
    }

    /** The answer, or what stands for one that is not given yet. */
    private String of(SetupQuestion question, String otherwise) {
        return given.getOrDefault(question, otherwise);
    }

    private String use() {
        return of(SetupQuestion.USE, SERVER);
    }

    public boolean isTrial() {
        return use().equals(TRY);
    }

    public boolean isCluster() {
        return use().equals(CLUSTER) || use().startsWith(CLUSTER + " ");
    }

    /** Whether the first answer is one of the words that are offered. */
    boolean isKnownUse() {
        return isTrial() || isCluster() || use().equals(SERVER);
    }

    /** Whether there are addresses of nodes, each without a port. What has one colon and digits behind it is none of IPv6. */
    boolean namesNodes() {
        return !members().isEmpty()
                && members().stream()
                        .noneMatch(each ->
                                each.isEmpty() || WITH_PORT.matcher(each).matches());
    }

    /** The addresses of the nodes, this one's first. */
    List<String> members() {
        return list(use().substring(CLUSTER.length()));
    }

    String origin() {
        return of(SetupQuestion.ORIGIN, "https://chat.example.com");
    }

    public boolean sharesSecret() {
        return of(SetupQuestion.TOKENS, SECRET).equals(SECRET);
    }

    public boolean hasAccounts() {
        return of(SetupQuestion.TOKENS, SECRET).equals(ACCOUNTS);
    }

    String keySet() {
        return of(SetupQuestion.TOKENS, "");
    }

    boolean endsTlsHere() {
        return !isTrial() && !tls().startsWith(PROXY);
    }

    /** The addresses of the proxy, or certificate and key. */
    List<String> tlsParts() {
        return list(endsTlsHere() ? tls() : tls().substring(PROXY.length()));
    }

    private String tls() {
        return of(SetupQuestion.TLS, LOCAL_PROXY);
    }

    String data() {
        return of(SetupQuestion.DATA, isCluster() ? LOCAL_REDIS : "data");
    }

    private static List<String> list(String text) {
        return List.of(text.strip().split("\\s*,\\s*", -1));
    }
}
