package dev.portcullis.bus;

/** Hears how long each question took that was asked, whatever came of it. Called on the threads that ask. */
@FunctionalInterface
public interface BusTimes {
    void took(Stage stage, long nanos);
}
