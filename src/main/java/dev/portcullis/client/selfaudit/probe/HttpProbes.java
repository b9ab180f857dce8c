package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeArea;
import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.Standard;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.HttpAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What browsers are told (CWE-693, CWE-352), and what answers give away. */
final class HttpProbes {
    private static final String FOREIGN = "https://audit.invalid";
    private static final String REFRESH = "/api/auth/refresh";
    private static final String HEADERS =
            "Send the security headers on every answer; let no proxy in front take them away.";
    private static final String SAME_SITE =
            "Refuse writes of foreign origins and of other types than application/json.";
    private static final String TELL_LESS =
            "Answer errors with a fixed sentence, and serve operators on a listener of their own.";
    private static final Pattern INSIDE = Pattern.compile(
            "\\bat [\\w.$]+\\([\\w$]+\\.java:\\d+\\)|Traceback \\(most recent|node_modules|\\.js:\\d+:\\d+|goroutine \\d+|"
                    + "Exception in thread|SQLSTATE");
    private static final Pattern AGE = Pattern.compile("max-age=\"?(\\d{1,12})");
    private static final long YEAR_SECONDS = 31_536_000;

    /** What operators and developers leave in reach (CWE-538), each with what it shows: many servers have a page for every path. */
    private static final Map<String, Pattern> PRIVATE = privatePatterns();

    private static final Pattern PASSWORDS = Pattern.compile("\\broot:[^:\\s]*:0:0:");

    /** Policies under which another site learns the host at most; of several, the last that a browser knows counts. */
    private static final Set<String> REFERRERS = Set.of(
            "no-referrer",
            "same-origin",
            "origin",
            "strict-origin",
            "origin-when-cross-origin",
            "strict-origin-when-cross-origin");

    private static final Set<String> LEAKING_REFERRERS = Set.of("unsafe-url", "no-referrer-when-downgrade");

    /** Sources of scripts that name no site. */
    private static final Set<String> ANYWHERE =
            Set.of("*", "http:", "https:", "data:", "blob:", "http://*", "https://*");

    private static final List<String> TRAVERSALS = List.of(
            "/../../../../../../etc/passwd",
            "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
            "/sdk/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd");

    private HttpProbes() {}

    static List<Probe> all() {
        return List.of(
                header(
                        "http.nosniff",
                        "answers say nosniff",
                        Standard.ASVS_3_4_4,
                        answer -> answer.header("X-Content-Type-Options")
                                .filter("nosniff"::equalsIgnoreCase)
                                .map(value -> ProbeOutcome.passed(value))
                                .orElseGet(() -> ProbeOutcome.found("there is no X-Content-Type-Options: nosniff"))),
                header(
                        "http.csp",
                        "answers have a policy for what a page may load",
                        Standard.ASVS_3_4_3,
                        HttpProbes::policy),
                header("http.frames", "no other site can frame an answer", Standard.ASVS_3_4_6, HttpProbes::frames),
                header(
                        "http.referrer",
                        "addresses do not go to other sites",
                        Standard.ASVS_3_4_5,
                        HttpProbes::referrer),
                row(
                        "http.hsts",
                        Grade.WARNING,
                        "browsers come back with TLS only, for a year",
                        HEADERS,
                        List.of(Standard.ASVS_3_4_1, Standard.PCI_4_2),
                        HttpProbes::strictTransport),
                header(
                        "http.version",
                        "no answer tells the release of the server",
                        Standard.ASVS_13_4,
                        HttpProbes::release),
                row(
                        "http.cors",
                        Grade.FAILURE,
                        "no script of another site reads an answer",
                        "Allow listed origins only: origin.allowed is the list of CORS too.",
                        List.of(Standard.ASVS_3_4_2, Standard.GDPR_32_B),
                        HttpProbes::cors),
                row(
                        "http.trace",
                        Grade.WARNING,
                        "TRACE is refused",
                        "Refuse methods that nothing needs.",
                        List.of(Standard.ASVS_4_1, Standard.ASVS_13_4),
                        target -> judged(
                                get(target, "TRACE", "/", List.of()),
                                answer -> answer.status() < 300
                                        ? ProbeOutcome.found("HTTP " + answer.status())
                                        : ProbeOutcome.passed("HTTP " + answer.status()))),
                row(
                        "http.traversal",
                        Grade.FAILURE,
                        "no path leads to files of the machine",
                        "Serve files from a list that is read at the start.",
                        List.of(Standard.PCI_6_2, Standard.ASVS_13_4),
                        HttpProbes::traversal),
                row(
                        "http.private",
                        Grade.FAILURE,
                        "metrics, operators' calls and sources are not for everyone",
                        TELL_LESS,
                        List.of(Standard.ASVS_13_4, Standard.GDPR_32_B),
                        HttpProbes::privatePaths),
                row(
                        "http.errors",
                        Grade.WARNING,
                        "errors tell nothing of the inside",
                        TELL_LESS,
                        List.of(Standard.ASVS_16_5),
                        HttpProbes::errors),
                row(
                        "http.reflection",
                        Grade.FAILURE,
                        "no answer is a page with what the request said",
                        "Escape what comes from a request, or leave it out.",
                        List.of(Standard.ASVS_1_2, Standard.PCI_6_2),
                        HttpProbes::reflection),
                row(
                        "csrf.origin",
                        Grade.FAILURE,
                        "a call with a cookie of another site's page is refused",
                        SAME_SITE,
                        List.of(Standard.ASVS_3_5, Standard.PCI_6_2),
                        target ->
                                refresh(target, "Origin: " + FOREIGN, "Content-Type: application/json", List.of(403))),
                row(
                        "csrf.form",
                        Grade.WARNING,
                        "a call with a cookie that a form can make is refused",
                        SAME_SITE,
                        List.of(Standard.ASVS_3_5, Standard.PCI_6_2),
                        target -> refresh(target, "", "Content-Type: text/plain", List.of(400, 403, 415))));
    }

    private static Probe row(
            String id, Grade worst, String title, String fix, List<Standard> shows, Probe.Question question) {
        return new Probe(id, ProbeArea.HTTP, worst, title, fix, shows, question);
    }

    private static Probe header(String id, String title, Standard shows, Function<HttpAnswer, ProbeOutcome> judge) {
        return row(id, Grade.WARNING, title, HEADERS, List.of(shows), target -> judged(root(target), judge));
    }

    private static ProbeOutcome judged(Optional<HttpAnswer> answer, Function<HttpAnswer, ProbeOutcome> judge) {
        return answer.map(judge).orElseGet(() -> ProbeOutcome.unchecked("the connection is ended without an answer"));
    }

    private static Optional<HttpAnswer> root(AuditTarget target) throws IOException {
        return get(target, "GET", "/", List.of());
    }

    private static Optional<HttpAnswer> get(AuditTarget target, String method, String path, List<String> lines)
            throws IOException {
        return target.call(method, path, lines, "");
    }

    private static ProbeOutcome referrer(HttpAnswer answer) {
        List<String> known = answer.headers("Referrer-Policy").stream()
                .flatMap(value -> Stream.of(value.toLowerCase(Locale.ROOT).split(",", -1)))
                .map(String::strip)
                .filter(value -> REFERRERS.contains(value) || LEAKING_REFERRERS.contains(value))
                .toList();
        if (known.isEmpty()) {
            return ProbeOutcome.found("there is no Referrer-Policy that browsers know");
        }
        String last = known.get(known.size() - 1);
        return REFERRERS.contains(last)
                ? ProbeOutcome.passed(last)
                : ProbeOutcome.found(last + " tells whole addresses to other sites");
    }

    /** All policies of an answer hold at once, so one that is strict is enough. */
    private static List<String> policies(HttpAnswer answer) {
        return answer.headers("Content-Security-Policy").stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    private static ProbeOutcome policy(HttpAnswer answer) {
        List<String> scripts = policies(answer).stream()
                .map(policy -> directive(policy, "script-src")
                        .or(() -> directive(policy, "default-src"))
                        .orElse("*"))
                .toList();
        if (scripts.isEmpty()) {
            return ProbeOutcome.found("there is no Content-Security-Policy");
        }
        return scripts.stream()
                .filter(HttpProbes::isStrict)
                .findFirst()
                .map(sources -> ProbeOutcome.passed("scripts: " + sources))
                .orElseGet(() -> ProbeOutcome.found("it allows scripts from anywhere: " + scripts.get(0)));
    }

    /** With a nonce or a hash, browsers heed no 'unsafe-inline'; with 'strict-dynamic', no list of sites (CSP Level 3). */
    private static boolean isStrict(String sources) {
        List<String> all = List.of(sources.toLowerCase(Locale.ROOT).split("\\s+", -1));
        boolean isNamed = all.stream().anyMatch(each -> each.startsWith("'nonce-") || each.startsWith("'sha"));
        boolean isDynamic = isNamed && all.contains("'strict-dynamic'");
        return (isNamed || !all.contains("'unsafe-inline'"))
                && !all.contains("'unsafe-eval'")
                && (isDynamic || all.stream().noneMatch(ANYWHERE::contains));
    }

    private static Optional<String> directive(String policy, String name) {
        for (String each : policy.split(";", -1)) {
            String text = each.strip();
            String[] parts = text.split("\\s+", 2);
            if (parts[0].equalsIgnoreCase(name)) {
                return Optional.of(parts.length == 1 ? "'none'" : parts[1]);
            }
        }
        return Optional.empty();
    }

    private static ProbeOutcome frames(HttpAnswer answer) {
        return policies(answer).stream()
                .flatMap(policy -> directive(policy, "frame-ancestors").stream())
                .filter(ancestors -> Stream.of(
                                ancestors.toLowerCase(Locale.ROOT).split("\\s+", -1))
                        .noneMatch(each -> each.contains("*") || each.endsWith(":")))
                .findFirst()
                .map(ancestors -> ProbeOutcome.passed("frame-ancestors " + ancestors))
                .orElseGet(() -> ProbeOutcome.found("no frame-ancestors limits who frames it"));
    }

    private static ProbeOutcome strictTransport(AuditTarget target) throws IOException {
        if (!target.server().tls()) {
            return ProbeOutcome.unchecked("the address has no TLS");
        }
        return judged(root(target), answer -> {
            Matcher age = AGE.matcher(answer.header("Strict-Transport-Security").orElse(""));
            return age.find() && Long.parseLong(age.group(1)) >= YEAR_SECONDS
                    ? ProbeOutcome.passed("max-age " + age.group(1))
                    : ProbeOutcome.found("there is no Strict-Transport-Security of a year");
        });
    }

    private static ProbeOutcome release(HttpAnswer answer) {
        for (String name : List.of("Server", "X-Powered-By", "Via")) {
            Optional<String> value = answer.header(name).filter(text -> text.matches(".*\\d.*"));
            if (value.isPresent() && !value.get().matches("\\d\\.\\d \\S+")) {
                return ProbeOutcome.found(name + " says " + value.get());
            }
        }
        return ProbeOutcome.passed("no header has a number of a release");
    }

    /** Each kind of foreign origin once, over the paths, since a list may be compared badly (CWE-942). */
    private static ProbeOutcome cors(AuditTarget target) throws IOException {
        List<String> foreign = new ArrayList<>(List.of(FOREIGN, "null"));
        target.scope().origin().ifPresent(allowed -> foreign.addAll(OriginProbes.lookAlikes(allowed)));
        for (String path : List.of("/", "/api/rooms", target.server().target())) {
            for (String method : List.of("GET", "OPTIONS")) {
                for (String origin : foreign) {
                    Optional<String> allowed = get(
                                    target,
                                    method,
                                    path,
                                    List.of("Origin: " + origin, "Access-Control-Request-Method: POST"))
                            .flatMap(answer -> answer.header("Access-Control-Allow-Origin"))
                            .filter(answer -> answer.equals("*") || answer.equals(origin));
                    if (allowed.isPresent()) {
                        return ProbeOutcome.found(
                                method + " " + path.split("\\?", 2)[0] + " allows the origin " + allowed.get());
                    }
                }
            }
        }
        return ProbeOutcome.passed("no answer allows " + String.join(", ", foreign));
    }

    private static ProbeOutcome traversal(AuditTarget target) throws IOException {
        for (String path : TRAVERSALS) {
            if (get(target, "GET", path, List.of())
                    .filter(answer -> PASSWORDS.matcher(answer.body()).find())
                    .isPresent()) {
                return ProbeOutcome.found(path + " shows a file of the machine");
            }
        }
        return ProbeOutcome.passed("none of " + TRAVERSALS.size() + " paths shows one");
    }

    private static Map<String, Pattern> privatePatterns() {
        Map<String, Pattern> shown = new LinkedHashMap<>();
        shown.put("/metrics", Pattern.compile("(?m)^# (?:TYPE|HELP) \\w|^\\w+(?:\\{[^}\\n]*})? [-+.eE\\d]+$"));
        shown.put("/admin/stats", Pattern.compile("^\\s*\\{\\s*\""));
        shown.put("/.git/config", Pattern.compile("(?m)^\\[core]"));
        shown.put("/.env", Pattern.compile("(?m)^\\s*(?:export +)?[A-Z][A-Z0-9_]+ *="));
        shown.put("/actuator/env", Pattern.compile("\"propertySources\"|\"activeProfiles\""));
        shown.put("/debug/vars", Pattern.compile("\"memstats\"|\"cmdline\""));
        shown.put("/server-status", Pattern.compile("(?i)server status for|total accesses:"));
        return Collections.unmodifiableMap(shown);
    }

    private static ProbeOutcome privatePaths(AuditTarget target) throws IOException {
        List<String> shown = new ArrayList<>();
        for (Map.Entry<String, Pattern> each : PRIVATE.entrySet()) {
            if (get(target, "GET", each.getKey(), List.of())
                    .filter(answer -> answer.status() < 300)
                    .filter(answer -> each.getValue().matcher(answer.body()).find())
                    .isPresent()) {
                shown.add(each.getKey());
            }
        }
        return shown.isEmpty()
                ? ProbeOutcome.passed("none of " + PRIVATE.size() + " paths shows what is usual there")
                : ProbeOutcome.found("shown: " + String.join(", ", shown));
    }

    private static ProbeOutcome errors(AuditTarget target) throws IOException {
        List<Optional<HttpAnswer>> answers = List.of(
                get(target, "GET", "/%ff%00%2e", List.of()),
                target.call("POST", "/api/auth/login", List.of(), "{x"),
                get(target, "AUDIT", "/api/rooms?x='%22", List.of()),
                get(target, "GET", target.server().target(), List.of("Upgrade: websocket", "Connection: Upgrade")));
        return answers.stream()
                .flatMap(Optional::stream)
                .filter(answer -> INSIDE.matcher(answer.body()).find())
                .findFirst()
                .map(answer -> ProbeOutcome.found("an answer " + answer.status() + " shows a stack trace"))
                .orElseGet(() -> ProbeOutcome.passed("no answer shows a stack trace"));
    }

    private static ProbeOutcome reflection(AuditTarget target) throws IOException {
        for (String path : List.of("/<audit>", "/%3Caudit%3E", "/?q=<audit>")) {
            Optional<HttpAnswer> answer = get(target, "GET", path, List.of());
            if (answer.filter(each -> each.body().contains("<audit>")
                            && each.header("Content-Type").orElse("text/html").contains("html"))
                    .isPresent()) {
                return ProbeOutcome.found(path + " comes back in a page");
            }
        }
        return ProbeOutcome.passed("none of three paths comes back in a page");
    }

    /** Compares with the call of an allowed page: where both get the same, what was changed is not looked at. */
    private static ProbeOutcome refresh(AuditTarget target, String origin, String type, List<Integer> refusals)
            throws IOException {
        Optional<String> obstacle = Sessions.obstacle(target);
        if (obstacle.isPresent()) {
            return ProbeOutcome.unchecked(obstacle.get());
        }
        int usual = refreshed(
                target, target.scope().origin().map("Origin: "::concat).orElse(""), "Content-Type: application/json");
        if (usual == 404 || refusals.contains(usual) || usual == 0) {
            return ProbeOutcome.unchecked("the call of an allowed page gets HTTP " + usual);
        }
        int changed = refreshed(
                target,
                origin.isEmpty()
                        ? target.scope().origin().map("Origin: "::concat).orElse("")
                        : origin,
                type);
        return refusals.contains(changed)
                ? ProbeOutcome.passed("HTTP " + changed)
                : changed == usual
                        ? ProbeOutcome.found("it gets HTTP " + changed + ", as the call of an allowed page")
                        : ProbeOutcome.unchecked("HTTP " + changed);
    }

    /** The status; 0 without an answer. */
    private static int refreshed(AuditTarget target, String origin, String type) throws IOException {
        List<String> lines = new ArrayList<>(List.of(type, "Cookie: __Host-portcullis_refresh=audit"));
        if (!origin.isEmpty()) {
            lines.add(origin);
        }
        return target.call("POST", REFRESH, lines, "{}").map(HttpAnswer::status).orElse(0);
    }
}
