package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.client.Dialer;
import dev.portcullis.client.ServerAddress;
import dev.portcullis.client.selfaudit.HtmlReport;
import dev.portcullis.client.selfaudit.JsonReport;
import dev.portcullis.client.selfaudit.LoadCheck;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeResult;
import dev.portcullis.client.selfaudit.SelfAuditReport;
import dev.portcullis.client.selfaudit.SelfAuditRun;
import dev.portcullis.client.selfaudit.TextReport;
import dev.portcullis.client.selfaudit.attack.AuditScope;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.AuditUsers;
import dev.portcullis.client.selfaudit.attack.TrustedCertificates;
import dev.portcullis.client.selfaudit.probe.Probes;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.HostPort;
import dev.portcullis.config.Loaded;
import dev.portcullis.config.Secret;
import dev.portcullis.http.AllowedOrigin;
import dev.portcullis.protocol.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Help.Ansi;

/** {@code audit run}: makes a target of the options, asks the probes, and prints what they learnt. */
final class SelfAudit {
    private static final int END_MS = 15_000;
    private static final int REVOCATION_MS = 2_000;
    private static final int USERS_PER_MINUTE = 600;
    private static final int MOST_LOAD = 200;
    private static final int MOST_RATE = 6_000;
    private static final int RUN_LENGTH = 8;
    private static final long PRINT_SECONDS = 20;
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):([0-9]{1,5})");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}:[\\t\\x20-\\x7E]{0,512}");

    private final AuditRunOptions options;
    private final Map<String, String> environment;
    private final PrintWriter out;
    private final PrintWriter err;

    SelfAudit(AuditRunOptions options, Map<String, String> environment, PrintWriter out, PrintWriter err) {
        this.options = options;
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** The exit code; 2 for options that can't be used. */
    int run() throws StartupException, IOException {
        LoadCheck load = new LoadCheck();
        List<Probe> live = Probes.all(load);
        if (options.isList()) {
            live.forEach(each -> out.println(each.id() + "\t" + each.worst() + "\t" + each.title()));
            return 0;
        }
        Optional<Loaded<NodeConfig>> loaded = options.config()
                .map(file -> ConfigFile.load(file, options.overrides(), environment, NodeConfigReader::read));
        Optional<NodeConfig> config =
                loaded.flatMap(each -> each.fold(valid -> Optional.of(valid.value()), invalid -> Optional.empty()));
        List<Probe> all = new ArrayList<>(loaded.map(ConfigFindings::of).orElse(List.of()));
        all.addAll(live);
        List<Probe> chosen = chosen(all);
        AuditTarget target = target(config);
        return run(target, chosen, load);
    }

    private List<Probe> chosen(List<Probe> all) throws StartupException {
        List<Probe> chosen = all.stream()
                .filter(each -> options.only().isEmpty()
                        || options.only().stream()
                                .anyMatch(name ->
                                        each.id().equals(name) || each.id().startsWith(name + ".")))
                .toList();
        if (chosen.isEmpty()) {
            throw new StartupException("--only: names no probe; --list prints them");
        }
        return chosen;
    }

    private int run(AuditTarget target, List<Probe> probes, LoadCheck load) throws IOException {
        SelfAuditRun run = new SelfAuditRun(target, probes, load, this::show);
        CountDownLatch printed = new CountDownLatch(1);
        Thread runner = Thread.currentThread();
        Thread stop = new Thread(() -> {
            target.stop();
            runner.interrupt(); // it may wait for its pace
            try {
                boolean unused = printed.await(PRINT_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            SelfAuditReport report = run.run();
            boolean wasInterrupted = Thread.interrupted(); // else the report could not be written
            if (options.isJson()) {
                out.println(JsonReport.of(report).encode());
            } else {
                TextReport.end(report, options.isVerbose()).forEach(out::println);
            }
            out.flush();
            if (options.html().isPresent()) {
                Files.writeString(options.html().get(), HtmlReport.of(report), StandardCharsets.UTF_8);
            }
            if (wasInterrupted) {
                runner.interrupt();
            }
            return report.exitCode();
        } finally {
            printed.countDown();
            removeHook(stop);
        }
    }

    private static void removeHook(Thread stop) {
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException ending) {
            // the process ends: the hook is what ends it
        }
    }

    private void show(ProbeResult result, int count, int planned) {
        if (!options.isJson()) {
            out.println(TextReport.line(result, options.isVerbose()));
            out.flush();
        }
        if (Ansi.AUTO.enabled() || options.isJson()) {
            err.println(count + "/" + planned + " " + result.probe().id());
            err.flush();
        }
    }

    private AuditTarget target(Optional<NodeConfig> config) throws StartupException {
        ServerAddress server = server();
        if (options.load() < 0 || options.load() > MOST_LOAD) {
            throw new StartupException("--load: is a number from 0 to " + MOST_LOAD);
        }
        if (options.rate() < 1 || options.rate() > MOST_RATE) {
            throw new StartupException("--rate: is a number from 1 to " + MOST_RATE);
        }
        if (options.timeout().compareTo(LONGEST) > 0) {
            throw new StartupException("--timeout: is a time of at most 2m");
        }
        for (String header : options.headers()) {
            if (!HEADER.matcher(header).matches()) {
                throw new StartupException("--header: is NAME:VALUE");
            }
        }
        Optional<String> origin = options.origin().or(() -> config.flatMap(SelfAudit::originOf));
        if (origin.filter(each -> !each.matches("[\\x21-\\x7E]{1,300}")).isPresent()) {
            throw new StartupException("--origin: is no origin such as https://chat.example.com");
        }
        AuditScope scope = new AuditScope(
                origin,
                options.headers(),
                admin(server, config),
                (int) options.timeout().toMillis(),
                Math.max(END_MS, (int) options.timeout().toMillis()),
                Math.max(REVOCATION_MS, (int) options.timeout().toMillis() - 3_000),
                options.rate(),
                Math.max(USERS_PER_MINUTE, options.rate()),
                options.load());
        try {
            return new AuditTarget(server, scope, users(server, config), TrustedCertificates.of(options.ca()));
        } catch (IOException unreadable) {
            throw new StartupException("--ca: " + unreadable.getMessage());
        }
    }

    private ServerAddress server() throws StartupException {
        String url = options.url()
                .orElseThrow(() -> new StartupException("the URL of the server is missing"))
                .replaceFirst("^http", "ws");
        try {
            return ServerAddress.of(url);
        } catch (IllegalArgumentException wrong) {
            throw new StartupException(String.valueOf(wrong.getMessage()));
        }
    }

    /** An origin that the first row of the list admits. */
    private static Optional<String> originOf(NodeConfig config) {
        return config.origin().allowed().stream().findFirst().map(SelfAudit::exampleOf);
    }

    private static String exampleOf(AllowedOrigin row) {
        String host = row.host().replace("*.", "audit.");
        int port = row.port();
        boolean isUsual = port < 0 || (row.scheme().equals("https") ? port == 443 : port == 80);
        return row.scheme() + "://" + host + (isUsual ? "" : ":" + port);
    }

    private AuditUsers users(ServerAddress server, Optional<NodeConfig> config) throws StartupException {
        String run = UUID.randomUUID().toString().replace("-", "").substring(0, RUN_LENGTH);
        Optional<IssuerConfig> issuer = config.stream()
                .flatMap(each -> each.auth().tokens().issuers().stream())
                .filter(TokenSigner::canSignFor)
                .findFirst();
        Optional<String> first = token(options.first(), "--token-a", "PORTCULLIS_TOKEN_A");
        Optional<String> second = token(options.second(), "--token-b", "PORTCULLIS_TOKEN_B");
        if ((first.isPresent() || second.isPresent()) && !server.tls() && !server.isLocal()) {
            throw new StartupException(
                    "--token-a: ws:// sends the token readable for all on the way: use wss:// (CWE-319)");
        }
        if (issuer.isEmpty() || first.isPresent()) {
            return AuditUsers.given(run, first, second);
        }
        TokenSigner signer = new TokenSigner(issuer.get(), System::currentTimeMillis);
        var key = TokenSigner.keyOf(issuer.get());
        return AuditUsers.minted(
                run,
                (user, rooms) -> signer.mint(user, Role.MEMBER, rooms, Optional.empty(), TOKEN_LIFE),
                claims -> key.sign(claims.getMap()));
    }

    /** For calls that the API key would open too. */
    private static Optional<String> operatorToken(NodeConfig config) {
        return config.auth().tokens().issuers().stream()
                .filter(TokenSigner::canSignFor)
                .findFirst()
                .map(issuer -> new TokenSigner(issuer, System::currentTimeMillis)
                        .mint("audit-operator", Role.ADMIN, List.of(), Optional.empty(), TOKEN_LIFE));
    }

    private Optional<String> token(Optional<Path> file, String option, String variable) throws StartupException {
        Optional<String> token;
        try {
            token = file.isPresent()
                    ? Optional.of(Files.readString(file.get(), StandardCharsets.ISO_8859_1)
                            .strip())
                    : Optional.ofNullable(environment.get(variable)).map(String::strip);
        } catch (IOException unreadable) {
            throw new StartupException(option + ": can't be read: " + unreadable.getMessage());
        }
        if (token.filter(each -> !Dialer.canCarry(each)).isPresent()) {
            throw new StartupException(option + ": holds no token");
        }
        return token;
    }

    private Optional<AuditScope.AdminListener> admin(ServerAddress server, Optional<NodeConfig> config)
            throws StartupException {
        Optional<String> key = Optional.ofNullable(environment.get("PORTCULLIS_ADMIN_KEY"))
                .or(() -> config.flatMap(each -> each.admin().apiKey()).map(Secret::reveal))
                .or(() -> config.flatMap(SelfAudit::operatorToken));
        if (options.admin().isPresent()) {
            Matcher address = ADDRESS.matcher(options.admin().get());
            if (!address.matches()) {
                throw new StartupException("--admin: is HOST:PORT");
            }
            if (!HostPort.isLoopback(address.group(1).replaceAll("[\\[\\]]", ""))) { // that listener has no TLS
                throw new StartupException(
                        "--admin: its key would be readable for all on the way: name the end of a tunnel"
                                + " on this machine, such as 127.0.0.1:9090 (CWE-319)");
            }
            return key.map(
                    each -> new AuditScope.AdminListener(address.group(1), Integer.parseInt(address.group(2)), each));
        }
        return config.map(NodeConfig::admin)
                .filter(admin -> server.isLocal() && HostPort.isLoopback(admin.host()))
                .flatMap(admin -> key.map(each -> new AuditScope.AdminListener(admin.host(), admin.port(), each)));
    }
}
