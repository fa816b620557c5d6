package org.drlput.server.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.drlput.common.version.AtomicFile;
import org.drlput.common.version.VersionRegistry;

/**
 * Which numbers belong to which run: {@code reservations/<n>.json}, n = 0, 1, ..., each written once. A run reserves
 * {@code base + 1} to {@code base + totalSteps}, above all published and all reserved before it; a version's number is base +
 * step. Any number of processes: who loses the race for n reads what the winner wrote.
 */
public final class Reservations {
    static final String FOLDER = "reservations";

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private final Path folder;
    private final VersionRegistry registry;

    /** The numbers of one run: {@code base} exclusive, {@code last} inclusive. */
    public record Reservation(String run, long base, long last) {}

    public Reservations(Path data, VersionRegistry registry) {
        this.folder = data.resolve(FOLDER);
        this.registry = registry;
    }

    /**
     * The run's reservation, made if there is none.
     *
     * @throws IOException where it can not be read or written
     * @throws IllegalStateException where the run reserved another number of steps
     */
    public Reservation reserve(String run, long totalSteps) throws IOException {
        AtomicFile.createFolder(folder);
        while (true) {
            List<Reservation> taken = list();
            for (Reservation reservation : taken) {
                if (reservation.run().equals(run)) {
                    requireSame(reservation, totalSteps);
                    return reservation;
                }
            }
            long base = 0;
            for (Reservation reservation : taken) {
                base = Math.max(base, reservation.last());
            }
            List<Long> published = registry.versions();
            if (!published.isEmpty()) {
                base = Math.max(base, published.get(published.size() - 1));
            }
            if (create(taken.size(), new Reservation(run, base, base + totalSteps))) {
                return new Reservation(run, base, base + totalSteps);
            }
        }
    }

    private static void requireSame(Reservation reservation, long totalSteps) {
        long reserved = reservation.last() - reservation.base();
        if (reserved != totalSteps) {
            throw new IllegalStateException("run %s was begun with %d steps, now it has %d: begin a new run"
                    .formatted(reservation.run(), reserved, totalSteps));
        }
    }

    /** All reservations, in the order in which they were made. */
    public List<Reservation> list() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.json")) {
            entries.forEach(files::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        Collections.sort(files);
        List<Reservation> reservations = new ArrayList<>();
        for (Path file : files) {
            try {
                reservations.add(JSON.readValue(Files.readAllBytes(file), Reservation.class));
            } catch (JsonProcessingException e) {
                throw new IOException(file + ": is damaged: " + e.getOriginalMessage(), e);
            }
        }
        return reservations;
    }

    private boolean create(int number, Reservation reservation) throws IOException {
        Path file = folder.resolve(String.format(Locale.ROOT, "%06d.json", number));
        Path temporary = folder.resolve("." + UUID.randomUUID());
        byte[] json = JSON.writeValueAsBytes(reservation);
        try {
            AtomicFile.write(temporary, out -> out.write(java.nio.ByteBuffer.wrap(json)));
            // a rename would replace what is there, a link does not
            Files.createLink(file, temporary);
            AtomicFile.syncFolder(folder);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
