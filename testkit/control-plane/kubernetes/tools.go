//go:build tools

// Package tools names what is built from this wrapper module: Go ignores the replace lines of a
// dependency, so they are repeated in this go.mod.
package tools

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
	_ "k8s.io/kubernetes/cmd/kubectl"
)
