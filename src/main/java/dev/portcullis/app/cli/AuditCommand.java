package dev.portcullis.app.cli;

import dev.portcullis.app.node.NodeName;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.audit.analysis.AnalysisReport;
import dev.portcullis.audit.analysis.AuditAnalysis;
import dev.portcullis.audit.chain.AuditTrail;
import dev.portcullis.audit.chain.ChainFile;
import dev.portcullis.audit.verify.Anchor;
import dev.portcullis.audit.verify.ChainReport;
import dev.portcullis.audit.verify.ChainVerifier;
import dev.portcullis.config.crypto.PublicKeyPem;
import dev.portcullis.config.text.EscapedText;
import dev.portcullis.http.IpAddress;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreOpenException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code audit}: verifies and analyses the audit files of a node, and attacks one's own server to see what it withstands. */
@Command(
        name = "audit",
        description = "Verifies or analyses the audit files of a node, or audits a running server.",
        synopsisSubcommandLabel = "COMMAND")
public final class AuditCommand extends CommandGroup {
    private static final int WRONG = 1;
    private static final int UNKNOWN = 2;
    private static final String NO_STORE = "nothing outside of the files vouches for it; name the --config of the node";

    public AuditCommand(Map<String, String> environment) {
        super(environment);
    }

    @Command(
            name = "run",
            description = {
                "Attacks your own server politely and says what it withstands: origins, TLS, tokens, framing, content, access,"
                        + " HTTP, limits and a small load; with --config also what the configuration leaves open.",
                "Bounded in rates and counts, with users and rooms of its own that it removes. What can't be told is"
                        + " 'not checked' and never a success. Only for servers that are yours: src/docs/self-audit.md."
            },
            sortOptions = false,
            exitCodeOnExecutionException = UNKNOWN,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:nothing was found",
                "1:a warning is the worst that was found",
                "2:the audit can't run, or nothing could be learnt from the server; a line says why",
                "3:a failure was found",
                "130:it was stopped by Ctrl-C; the report is of what it had"
            },
            footer = {
                "",
                "Example: portcullis audit run wss://chat.example.com/ws --config conf/node.json --html audit.html"
            })
    int audit(@Mixin AuditRunOptions options) throws IOException {
        try {
            return new SelfAudit(options, environment(), out(), err()).run();
        } catch (StartupException wrong) {
            err().println("audit run: " + wrong.line());
            return UNKNOWN;
        }
    }

    @Command(
            name = "analyze",
            description = {
                "Reads audit files and finds credential stuffing, floods, probing and signs of a takeover: who, how much,"
                        + " when, and what to do. The files of several nodes are read as one log.",
                "It believes the files: audit verify says whether they are what was written."
            },
            sortOptions = false,
            exitCodeOnExecutionException = UNKNOWN,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:nothing was found",
                "1:attacks were tried, or lines could not be read",
                "2:there is nothing to read; a line says why",
                "3:signs that an attack got somewhere"
            },
            footer = {"", "Example: portcullis audit analyze data/audit --html attacks.html"})
    int analyze(
            @Parameters(
                            paramLabel = "DIR",
                            arity = "1..*",
                            description =
                                    "The folder of audit.file.path, or a copy of it. Several are read as one log.")
                    List<Path> folders,
            @Option(names = "--html", paramLabel = "FILE", description = "Writes the findings as one HTML file.")
                    @Nullable
                    Path html,
            @Option(names = "--json", description = "Prints one JSON object.") boolean json,
            @Option(names = "--verbose", description = "Names each pattern that was not found.") boolean verbose) {
        try {
            AnalysisReport report = AuditAnalysis.of(folders, AuditCommand::networkOf);
            if (report.chains().isEmpty()) {
                return nothing(folders);
            }
            AnalysisReportText text = new AnalysisReportText(report);
            if (json) {
                out().println(text.json());
            } else {
                text.lines(verbose).forEach(out()::println);
            }
            if (html != null) {
                Path unused = Files.writeString(html, AnalysisReportPage.of(text));
            }
            return report.lines() == 0 && report.unreadable() == 0
                    ? nothing(folders)
                    : text.worst().exitCode();
        } catch (IOException failure) {
            err().println("audit analyze: can't be read or written: " + failure.getMessage());
            return UNKNOWN;
        }
    }

    private static String networkOf(String address) {
        return IpAddress.parse(address).map(parsed -> parsed.keys().own()).orElse(address);
    }

    private int nothing(List<Path> folders) {
        err().println("audit analyze: there are no audit files with lines in " + folders);
        return UNKNOWN;
    }

    @Command(
            name = "verify",
            description = {
                "Reads the audit files of a folder, names the file and the line of what was changed, removed, inserted,"
                        + " moved or cut off, and says whether anything outside of the files vouches for their end.",
                "A node may write meanwhile. The pages explain what a good answer proves: src/docs/audit.md."
            },
            sortOptions = false,
            exitCodeOnExecutionException = UNKNOWN,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:nothing is wrong in the files; the end may be unproven, as the output says",
                "1:something is wrong, or with --require-proof the end is unproven",
                "2:the files can't be verified; a line says why"
            },
            footer = {"", "Example: portcullis audit verify data/audit --key audit.pub --config conf/node.json"})
    int verify(
            @Parameters(paramLabel = "DIR", description = "The folder of audit.file.path, or a copy of it.")
                    Path folder,
            @Option(
                            names = "--key",
                            paramLabel = "FILE",
                            description = "A public key (PEM) that may have signed, kept apart from the files. May be"
                                    + " repeated. Without it, keys are believed that the files name.")
                    @Nullable
                    List<Path> keyFiles,
            @Option(
                            names = {"-c", "--config"},
                            paramLabel = "FILE",
                            description = "The configuration of the node, in whose store its head is recorded.")
                    @Nullable
                    Path config,
            @Option(
                            names = "--set",
                            paramLabel = "PATH=VALUE",
                            description = "Overrides the configuration, such as --set store.redis.uri=redis://10.0.0.5."
                                    + " May be repeated.")
                    @Nullable
                    List<String> overrides,
            @Option(
                            names = "--chain",
                            paramLabel = "NAME",
                            description = "Only this chain, also if the folder has no file of it.")
                    @Nullable
                    String chain,
            @Option(names = "--require-proof", description = "Exits with 1 if the end is unproven.")
                    boolean requireProof,
            @Option(names = "--json", description = "Prints one JSON object a line for each chain.") boolean json)
            throws Exception {
        if (config == null && overrides != null) {
            throw usage("--set overrides a --config: name that too");
        }
        try {
            Verification asked =
                    new Verification(folder, keys(keyFiles == null ? List.of() : keyFiles), requireProof, json);
            List<String> chains = chain == null ? ChainFile.chains(folder) : List.of(chain);
            if (config == null) {
                return report(asked, anchors(chains), false);
            }
            return ConfigOptions.run(
                    RecordedHeads.load(config, overrides == null ? List.of() : overrides, environment()),
                    UNKNOWN,
                    err(),
                    valid -> report(
                            asked,
                            recorded(folder, chains, chain != null, valid.value()),
                            !valid.value().usesRedis()));
        } catch (IOException unreadable) {
            return unknown("can't be read: " + unreadable.getMessage());
        } catch (StoreOpenException | StoreFailure silent) {
            return unknown("the store can't be asked: " + silent.getMessage());
        } catch (TimeoutException silent) {
            return unknown("the store can't be asked: it did not answer in time");
        }
    }

    /** The files to verify, and how. */
    private record Verification(Path folder, List<PublicKey> keys, boolean requireProof, boolean json) {}

    /** A chain that the node writes by its configuration is expected, also if all of its files are gone. */
    private static Map<String, Anchor> recorded(Path folder, List<String> chains, boolean only, RecordedHeads config)
            throws Exception {
        if (only) {
            return config.read(chains);
        }
        TreeSet<String> all = new TreeSet<>(chains);
        all.add(AuditTrail.nameOf(config.chain(), folder, NodeName.machine(config.nodeName())));
        Map<String, Anchor> heads = new LinkedHashMap<>(config.read(new ArrayList<>(all)));
        heads.entrySet()
                .removeIf(each -> !chains.contains(each.getKey())
                        && config.chain().isEmpty()
                        && each.getValue().head().isEmpty()); // a name of this host that no node has used
        return heads;
    }

    private int report(Verification asked, Map<String, Anchor> anchors, boolean sameMachine) throws IOException {
        Path folder = asked.folder();
        if (anchors.isEmpty()) {
            return unknown("there are no audit files in " + folder + "; name the --chain that should be there");
        }
        int code = CommandLine.ExitCode.OK;
        for (Map.Entry<String, Anchor> each : anchors.entrySet()) {
            ChainReport report = ChainVerifier.verify(folder, each.getKey(), asked.keys(), each.getValue());
            if (anchors.size() == 1 && report.files() == 0 && report.isWhole()) {
                List<String> others = ChainFile.chains(folder);
                return unknown("there are no files of chain " + each.getKey() + " in " + folder + "; there are: "
                        + (others.isEmpty() ? "none" : String.join(", ", others)));
            }
            AuditReportText text = new AuditReportText(report, sameMachine);
            List<String> lines = asked.json() ? List.of(text.json()) : text.lines();
            lines.forEach(out()::println);
            if (!report.isWhole() || (asked.requireProof() && !report.isProven())) {
                code = WRONG;
            }
        }
        return code;
    }

    private static Map<String, Anchor> anchors(List<String> chains) {
        Map<String, Anchor> anchors = new LinkedHashMap<>();
        chains.forEach(name -> anchors.put(name, Anchor.none(NO_STORE)));
        return anchors;
    }

    private static List<PublicKey> keys(List<Path> files) throws IOException {
        List<PublicKey> keys = new ArrayList<>();
        for (Path file : files) {
            keys.add(PublicKeyPem.read(Files.readString(file, StandardCharsets.US_ASCII))
                    .orElseThrow(() -> new IOException(file + " holds no public key")));
        }
        return keys;
    }

    private int unknown(String why) {
        err().println("audit verify: " + EscapedText.of(why));
        return UNKNOWN;
    }
}
