package dev.portcullis.kit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.program.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A real PostgreSQL on a free port of loopback, which can be killed, paused, and restarted on its files. */
public final class PostgresServer implements AutoCloseable {
    private static final String USER = "portcullis";
    private static final String PASSWORD = "only-for-a-test";

    /** The user without rights that every Linux has. */
    private static final String OTHER = "65534";

    /** It refuses to run as root. */
    private static final List<String> UNPRIVILEGED = "root".equals(System.getProperty("user.name"))
            ? List.of("setpriv", "--reuid=" + OTHER, "--regid=" + OTHER, "--clear-groups")
            : List.of();

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Path folder;
    private final int port = FreePort.find();
    private final List<String> settings;
    private Process process;

    private PostgresServer(Path binaries, List<String> settings) {
        this.settings = settings;
        try {
            folder = Files.createTempDirectory("portcullis-postgres");
            Path password = Files.writeString(folder.resolve("password"), PASSWORD);
            give(folder);
            give(password);
            run(List.of(
                    binaries.resolve("initdb").toString(),
                    "--pgdata=" + data(),
                    "--username=" + USER,
                    "--pwfile=" + password,
                    "--auth-host=scram-sha-256",
                    "--auth-local=trust",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync",
                    "--no-instructions"));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Leaves out the test where PostgreSQL is not installed. */
    public static void assumeInstalled() {
        assumeTrue(binaries().isPresent(), "PostgreSQL is not installed");
    }

    /** The one that all tests of this JVM share. Each takes a database of its own, and leaves the server as it is. */
    public static PostgresServer shared() {
        assumeInstalled();
        return Shared.SERVER;
    }

    /** Starts one that forgets what it has when it is killed, unless the settings say {@code fsync=on}. */
    public static PostgresServer start(String... settings) {
        assumeInstalled();
        PostgresServer server = new PostgresServer(binaries().orElseThrow(), List.of(settings));
        server.restart();
        return server;
    }

    private static final class Shared {
        private static final PostgresServer SERVER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
        }
    }

    public int port() {
        return port;
    }

    /** Makes a database, and returns its name. */
    public String newDatabase() {
        String name = "test_" + DATABASES.incrementAndGet();
        execute("postgres", "CREATE DATABASE " + name);
        return name;
    }

    /** Makes a database whose tables are on this disk, while the log of the server is not; returns its name. */
    public String newDatabase(SmallDisk disk) {
        String name = "test_" + DATABASES.incrementAndGet();
        Path space = disk.newFolder(name);
        give(space);
        execute("postgres", "CREATE TABLESPACE " + name + " LOCATION '" + space + "'");
        execute("postgres", "CREATE DATABASE " + name + " TABLESPACE " + name);
        return name;
    }

    /** The address of a database. */
    public String uri(String database) {
        return "postgresql://" + USER + ":" + PASSWORD + "@127.0.0.1:" + port + "/" + database;
    }

    /** A connection as an operator has it. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, USER, PASSWORD);
    }

    public void execute(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The first column of what a query finds. */
    public List<String> ask(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> all = new ArrayList<>();
            while (rows.next()) {
                all.add(rows.getString(1));
            }
            return all;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Copies a file to where the server reads it, and no one else can. */
    public Path take(Path file) {
        try {
            Path copy = Files.copy(file, folder.resolve(file.getFileName()));
            run(List.of("chmod", "600", copy.toString()), List.of());
            give(copy);
            return copy;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Puts a line in front of those of {@code pg_hba.conf}, which says who may log in how. */
    public void allow(String line) {
        try {
            Path file = data().resolve("pg_hba.conf");
            Files.write(file, List.of(line, Files.readString(file)));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Starts it on its port and files, and returns when it serves them. */
    public void restart() {
        List<String> command = new ArrayList<>(UNPRIVILEGED);
        command.addAll(List.of(binaries().orElseThrow().resolve("postgres").toString(), "-D", data().toString()));
        command.addAll(List.of("-p", "" + port, "-k", folder.toString(), "-c", "listen_addresses=127.0.0.1"));
        Stream.concat(Stream.of("fsync=off", "shared_buffers=64MB"), settings.stream())
                .forEach(each -> command.addAll(List.of("-c", each)));
        if (!Await.until(() -> serves(command), Duration.ofSeconds(60))) {
            throw new IllegalStateException("PostgreSQL does not start; see " + folder.resolve("log"));
        }
    }

    /** Right after a kill it does not start, until the processes of its connections have noticed. */
    private boolean serves(List<String> command) {
        try {
            if (process == null || !process.isAlive()) {
                process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                folder.resolve("log").toFile()))
                        .start();
            }
            connect("postgres").close();
            return true;
        } catch (SQLException notYet) {
            return false;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Sends {@code SIGKILL} to all of its processes. */
    public void kill() {
        List<ProcessHandle> all = processes();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().orTimeout(30, TimeUnit.SECONDS).join());
    }

    /** Stops it as an operator does; returns when it has written everything and has ended. */
    public void stop() {
        Signal.INT.to(process.pid());
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** A copy of its files, while it is stopped. */
    public Path copyFiles() {
        Path copy = folder.resolve("copy-" + System.nanoTime());
        run(List.of("cp", "-a", data().toString(), copy.toString()), List.of());
        return copy;
    }

    /** Replaces its files by a copy, while it is stopped. */
    public void takeFiles(Path copy) {
        run(List.of("rm", "-r", data().toString()), List.of());
        run(List.of("cp", "-a", copy.toString(), data().toString()), List.of());
    }

    /** It neither answers nor ends connections until {@link #goOn}. */
    public void pause() {
        Signal.STOP.to(process.pid()); // it makes no process more, which would go on
        processes().forEach(each -> Signal.STOP.to(each.pid()));
    }

    public void goOn() {
        processes().forEach(each -> Signal.CONT.to(each.pid()));
    }

    private List<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    @Override
    public void close() {
        goOn();
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }

    /** The folder of its files. */
    public Path data() {
        return folder.resolve("data");
    }

    private static void give(Path file) {
        if (!UNPRIVILEGED.isEmpty()) {
            run(List.of("chown", OTHER, file.toString()), List.of());
        }
    }

    private static void run(List<String> command) {
        run(command, UNPRIVILEGED);
    }

    private static void run(List<String> command, List<String> as) {
        try {
            List<String> all = new ArrayList<>(as);
            all.addAll(command);
            Program.start(Files.createTempDirectory("portcullis-run"), all, Map.of())
                    .succeeded();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Where Debian has them, the newest release, or where {@code -Dportcullis.postgres=/usr/pgsql-17/bin} says. */
    private static Optional<Path> binaries() {
        String given = System.getProperty("portcullis.postgres");
        if (given != null) {
            return Optional.of(Path.of(given));
        }
        Path releases = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(releases)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(releases)) {
            return all.sorted(Comparator.comparing(
                            each -> -Integer.parseInt(each.getFileName().toString())))
                    .map(each -> each.resolve("bin"))
                    .filter(each -> Files.isExecutable(each.resolve("initdb")))
                    .findFirst();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
