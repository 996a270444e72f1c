module countersign.test/engines/truthtable

go 1.24
