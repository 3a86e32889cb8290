package kairos;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import de.bwaldvogel.mongo.bson.Document;

/**
 * Everything that was written, in order, so that a restart finds it again. It is handed to the operating system after
 * each command: a killed process loses nothing, a lost machine may.
 */
class Journal {

    /** A journal that keeps nothing. */
    static final Journal NONE = new Journal();

    static final byte EVENT = 'E';
    static final byte AFTER = 'A';
    static final byte COMMAND = 'C';
    static final byte HISTORY = 'H';
    static final byte CLOCK = 'T';

    /** Takes what is read back, record by record. */
    interface Reader {
        void record(byte kind, byte[] bson);
    }

    private final DataOutputStream out;

    private Journal() {
        out = null;
    }

    private Journal(Path file) throws IOException {
        out = new DataOutputStream(new BufferedOutputStream(
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), 1 << 16));
    }

    static Journal open(Path file) throws IOException {
        return new Journal(file);
    }

    /** Reads a file back; a last record that was cut off by a crash is removed. */
    static void read(Path file, Reader reader) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        long whole = 0;
        try (DataInputStream in = new DataInputStream(new java.io.BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            while (true) {
                byte[] bson = new byte[in.readInt()];
                byte kind = in.readByte();
                in.readFully(bson);
                reader.record(kind, bson);
                whole += 5 + bson.length;
            }
        } catch (EOFException end) {
            try (RandomAccessFile rest = new RandomAccessFile(file.toFile(), "rw")) {
                rest.setLength(whole);
            }
        }
    }

    /** Puts a journal that was written anew in the place of the old one. */
    static void replace(Path fresh, Path old) throws IOException {
        Files.move(fresh, old, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** An event; `after` is the document as it is after an update, or null when the event itself says it. */
    void event(byte[] bson, Document after) {
        // the document comes first, so that the pair is whole when the event is read
        if (after != null && out != null) {
            write(AFTER, Bytes.encode(after));
        }
        write(EVENT, bson);
    }

    void command(Document command) {
        if (out != null) {
            write(COMMAND, Bytes.encode(command));
        }
    }

    /** An event of the past, whose effect is already in the documents. */
    void history(byte[] bson) {
        write(HISTORY, bson);
    }

    /** How far back the log reaches, and how far it is. */
    void clock(Document state) {
        write(CLOCK, Bytes.encode(state));
    }

    private void write(byte kind, byte[] bson) {
        if (out == null) {
            return;
        }
        try {
            out.writeInt(bson.length);
            out.writeByte(kind);
            out.write(bson);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void flush() {
        if (out == null) {
            return;
        }
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void close() throws IOException {
        out.close();
    }
}
