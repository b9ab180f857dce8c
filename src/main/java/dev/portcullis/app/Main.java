package dev.portcullis.app;

import dev.portcullis.app.cli.AuditCommand;
import dev.portcullis.app.cli.BackupCommand;
import dev.portcullis.app.cli.CertsCommand;
import dev.portcullis.app.cli.Commands;
import dev.portcullis.app.cli.ConfigCommand;
import dev.portcullis.app.cli.ConfigTokenSource;
import dev.portcullis.app.cli.EventsCommand;
import dev.portcullis.app.cli.HealthCommand;
import dev.portcullis.app.cli.InitCommand;
import dev.portcullis.app.cli.MetricsCommand;
import dev.portcullis.app.cli.NodeRunner;
import dev.portcullis.app.cli.OutputWriter;
import dev.portcullis.app.cli.RevocationCommand;
import dev.portcullis.app.cli.RoomsCommand;
import dev.portcullis.app.cli.RunCommand;
import dev.portcullis.app.cli.StandardInput;
import dev.portcullis.app.cli.TokenCommand;
import dev.portcullis.audit.logging.LogContext;
import dev.portcullis.client.bench.BenchCommand;
import dev.portcullis.client.chat.ChatCommand;
import dev.portcullis.client.command.UserTokens;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;

/** The entry point of the process. */
public final class Main {
    private static final String RUN = "run";

    /**
     * Vert.x reads this property whenever an instance is built. Without it Vert.x copies files of the class path into a
     * temporary folder, which a killed process leaves behind; this program reads nothing that way.
     */
    private static final String NO_COPIES = "vertx.disableFileCPResolving";

    /**
     * The JDK also offers groups of finite fields. A client of TLS 1.3 may choose the largest, whose arithmetic takes some
     * hundred times as long as that of a curve (CVE-2002-20001). Read once, before the first handshake.
     */
    private static final String TLS_GROUPS = "jdk.tls.namedGroups";

    private static final String CURVES = "x25519, secp256r1, secp384r1, secp521r1";

    private Main() {}

    public static void main(String[] args) {
        System.setProperty(NO_COPIES, "true");
        if (System.getProperty(TLS_GROUPS) == null) { // an operator may have chosen others
            System.setProperty(TLS_GROUPS, CURVES);
        }
        PrintWriter out = OutputWriter.to(new FileOutputStream(FileDescriptor.out)); // System.out hides write errors
        if (args.length == 0 || !args[0].equals(RUN)) {
            LogContext.silenceLibraries(); // their lines would appear in the middle of a chat or a report
        }
        System.exit(commands(System.getenv(), new NodeRunner(out))
                .setOut(out)
                .setErr(OutputWriter.to(System.err))
                .execute(args));
    }

    public static CommandLine commands(Map<String, String> environment, RunCommand.NodeLauncher launcher) {
        UserTokens.FromConfig tokens = new ConfigTokenSource(environment);
        InputStream in = StandardInput.open();
        return Commands.of(
                new RunCommand(environment, launcher),
                new TokenCommand(environment, TokenCommand::signAsFirstIssuer, in),
                new ConfigCommand(environment),
                new InitCommand(in),
                new CertsCommand(),
                new MetricsCommand(),
                new EventsCommand(environment),
                new RevocationCommand(environment),
                new RoomsCommand(environment),
                new BackupCommand(environment),
                new BackupCommand.Restore(environment),
                new AuditCommand(environment),
                new HealthCommand(),
                new ChatCommand(tokens, in),
                new BenchCommand(tokens));
    }
}
