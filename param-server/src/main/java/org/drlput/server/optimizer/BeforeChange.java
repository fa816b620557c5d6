package org.drlput.server.optimizer;

/** Is told of rows before their weights and their optimizer's state change, on the thread that changes them. */
public interface BeforeChange {
    /** @param tensor its index */
    void change(int tensor, int firstRow, int rows);
}
