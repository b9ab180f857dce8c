package dev.portcullis.app.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import picocli.CommandLine;

/** A command line whose output a test can read. */
record Terminal(CommandLine commands, StringWriter out, StringWriter err) {
    static Terminal of(CommandLine commands) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        commands.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        commands.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        return new Terminal(commands, out, err);
    }

    /** Makes every later write to the output fail. */
    Terminal closed() throws IOException {
        Writer closed = Writer.nullWriter();
        closed.close();
        commands.setOut(new PrintWriter(closed, true));
        return this;
    }

    /** Makes every later write to the output fail as the system would say it. */
    Terminal failing(String message) {
        commands.setOut(OutputWriter.to(new OutputStream() {
            @Override
            public void write(int any) throws IOException {
                throw new IOException(message);
            }
        }));
        return this;
    }

    int run(String... arguments) {
        return commands.execute(arguments);
    }

    String printed() {
        return out.toString();
    }

    String errors() {
        return err.toString();
    }
}
