package dev.portcullis.client.bench;

import java.time.Duration;
import java.util.List;

/** The CPU time, user and system, of the processes of a server on this machine. */
final class ServerCpu {
    private final List<ProcessHandle> processes;

    private ServerCpu(List<ProcessHandle> processes) {
        this.processes = processes;
    }

    /** @throws IllegalArgumentException if this user cannot see such a process */
    static ServerCpu of(List<Long> pids) {
        return new ServerCpu(pids.stream().map(ServerCpu::process).toList());
    }

    private static ProcessHandle process(long pid) {
        return ProcessHandle.of(pid)
                .filter(process -> process.info().totalCpuDuration().isPresent())
                .orElseThrow(() -> new IllegalArgumentException("there is no process " + pid + " of this user"));
    }

    boolean isKnown() {
        return !processes.isEmpty();
    }

    /** That of all threads since the processes started; a process that has ended counts as 0. */
    double micros() {
        return processes.stream()
                        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                        .mapToLong(Duration::toNanos)
                        .sum()
                / 1e3;
    }
}
