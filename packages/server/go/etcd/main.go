// A current etcd, built from its modules: `go install` refuses modules that replace others, which etcd's do.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() {
	etcdmain.Main(os.Args)
}
