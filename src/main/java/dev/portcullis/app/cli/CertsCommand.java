package dev.portcullis.app.cli;

import dev.portcullis.app.certs.CertificateFolder;
import dev.portcullis.app.certs.CertificateFolder.Written;
import dev.portcullis.app.certs.CertifiedHost;
import dev.portcullis.app.node.StartupException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code certs}: makes what {@code cluster.tls} of each node needs. */
@Command(
        name = "certs",
        description = {
            "Makes the certificates by which the nodes of a cluster know each other (cluster.tls): a private authority, and for"
                    + " each node a folder that is copied to it.",
            "With an authority in DIR it makes those of further nodes. It replaces no file, but for --renew."
        },
        sortOptions = false,
        footer = {"", "Example: portcullis certs cluster-tls --nodes node-1,node-2,node-3"})
public final class CertsCommand implements Callable<Integer> {
    private static final int MOST_NODES = 200;
    private static final int MOST_DAYS = 3_650;
    private static final int MOST_AUTHORITY_DAYS = 9_125;

    @Parameters(paramLabel = "DIR", description = "The folder for all of them.")
    private Path folder = Path.of("");

    @ArgGroup(multiplicity = "1")
    private Hosts hosts = new Hosts();

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "365",
            description = "How long a node's certificate is valid: 1 to " + MOST_DAYS + " (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(
            names = "--authority-days",
            paramLabel = "N",
            defaultValue = "3650",
            description = "How long a new authority is valid: 1 to " + MOST_AUTHORITY_DAYS
                    + " (default: ${DEFAULT-VALUE}). No certificate outlives it.")
    private int authorityDays;

    @Option(
            names = "--authority",
            paramLabel = "FOLDER",
            description = "Where the authority is, such as a medium that is kept apart (default: "
                    + CertificateFolder.AUTHORITY + " in DIR).")
    private @Nullable Path authority;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** One of the two. */
    static final class Hosts {
        @Option(
                names = "--nodes",
                paramLabel = "NODE",
                split = ",",
                required = true,
                converter = CliConverters.Host.class,
                description = "Names or addresses of the nodes, separated by commas.")
        private List<CertifiedHost> nodes = List.of();

        @Option(
                names = "--renew",
                paramLabel = "NODE",
                split = ",",
                required = true,
                converter = CliConverters.Host.class,
                description = "Replaces the key and the certificate of these nodes alone. Needs the authority's key.")
        private List<CertifiedHost> renewed = List.of();
    }

    @Override
    public Integer call() throws StartupException {
        requireWithin("--days", days, MOST_DAYS);
        requireWithin("--authority-days", authorityDays, MOST_AUTHORITY_DAYS);
        CertificateFolder certificates = new CertificateFolder(
                folder, authority == null ? folder.resolve(CertificateFolder.AUTHORITY) : authority);
        PrintWriter out = spec.commandLine().getOut();
        if (!hosts.renewed.isEmpty()) {
            certificates.renew(once(hosts.renewed), days).forEach(each -> print(out, each));
            out.println("Copy each folder to its node as before, and restart one node after the other: a node reads"
                    + " cluster.tls when it starts.");
            return CommandLine.ExitCode.OK;
        }
        boolean isNew = !certificates.hasAuthority();
        certificates.add(once(hosts.nodes), days, authorityDays).forEach(each -> print(out, each));
        out.println(
                "Copy each folder to its node, as the folder tls beside its configuration, so that only the user of the"
                        + " node can read it. There, as in conf/cluster.json:");
        out.println(
                "  \"cluster\": {\"tls\": {\"certificate\": \"tls/node.pem\", \"key\": \"tls/node-key.pem\", \"ca\":"
                        + " \"tls/cluster-ca.pem\"}}");
        if (isNew) {
            out.println("Keep " + certificates.authorityKey() + " offline, and on no node: who has it can make a node."
                    + " It is needed for further nodes and to renew.");
        }
        return CommandLine.ExitCode.OK;
    }

    private static void print(PrintWriter out, Written written) {
        out.println(written.host() + ": " + written.folder() + ", valid until " + written.until());
    }

    private List<CertifiedHost> once(List<CertifiedHost> named) {
        if (named.size() > MOST_NODES) {
            throw new ParameterException(spec.commandLine(), "at most " + MOST_NODES + " nodes can be named at once");
        }
        return List.copyOf(new LinkedHashSet<>(named));
    }

    private void requireWithin(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + ": is " + value + "; a number from 1 to " + most + " is needed");
        }
    }
}
